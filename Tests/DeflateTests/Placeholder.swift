import Deflate
