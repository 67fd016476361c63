// nginx with nchan (Debian package libnginx-mod-nchan): publishing and subscribing over WebSockets, by its own code. What is sent
// to a path below /ws/ reaches all who are connected to that path, the sender included.
import Foundation

package final class NchanServer {
    package static let module = "/usr/lib/nginx/modules/ngx_nchan_module.so"

    package let port: Int
    private let process: ChildProcess
    private let folder: TemporaryFolder

    package init() throws {
        let folder = try TemporaryFolder("nchan")
        self.folder = folder
        (port, process) = try FreePort.retrying { port in
            let configuration = """
                load_module \(NchanServer.module);
                daemon off;
                # Some of what it is sent kills the worker process; the master starts another.
                master_process on;
                worker_processes 1;
                user root;
                pid nginx.pid;
                error_log error.log;
                events { worker_connections 512; }
                http {
                  access_log off;
                  client_max_body_size 64m;
                  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                  nchan_max_reserved_memory 256M;
                  server {
                    listen 127.0.0.1:\(port);
                    location ~ /ws/(.+)$ {
                      nchan_pubsub websocket;
                      nchan_channel_id $1;
                      nchan_subscriber_first_message newest;
                      nchan_websocket_ping_interval 0;
                    }
                  }
                }
                """
            try folder.write(configuration, to: "nginx.conf")
            let process = try ChildProcess(
                "nginx", ["-p", folder.path, "-c", folder.file("nginx.conf"), "-e", folder.file("error.log")],
                outputPath: folder.file("output.log"))
            try ProxyStart.wait(for: process, port: port)
            return (port, process)
        }
    }
}

extension Requirement {
    package static let nchan = Requirement(
        missing: "needs nginx with nchan (Debian package libnginx-mod-nchan)"
    ) { Programs.find("nginx") != nil && FileManager.default.fileExists(atPath: NchanServer.module) }
}
