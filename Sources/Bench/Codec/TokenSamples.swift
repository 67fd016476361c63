// Tokens of one content with the algorithms that have a public key, and these keys: made by cryptography 50.0.2.

enum TokenSamples {
    static let issuer = "https://login.example.com"
    static let audience = "chat"

    static let rs256Key =
        "{\"kty\":\"RSA\",\"kid\":\"bench\",\"alg\":\"RS256\",\"n\":\"rTQdceYnSvLeG51K7FYTeuJZV62aX-IXcIPAqnMmmMMGKu"
        + "VFdkdlhn2nVnx2r1dY3lUukKoZWJjmm9VqznEyzU5593RKHO5sjP5NEdSSoHNVCF-5qvT5oGvBa_siRl1hdxHWI3HSJ9"
        + "qK0mnRUHVD8LiWJiQV0QPIXsGj7mzTMsl2LkkfWVWsbfICq3r9rCI6uIboCdezzE-8VMWGlZpy7bPhxO4H4_pCLxJLce"
        + "hYycG-KKCpjLEL4DitfuMwbP_XcOW2R59e5Eq3Z6UMjpTcVLcJdo5VEJ3MmNRwFlyBlWo2YV9zYhBrUPLMhwo6IRnW-Z"
        + "qU4fKu-hSpFGuuQ0CmTw\",\"e\":\"AQAB\"}"
    static let rs256Token =
        "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImJlbmNoIn0.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1w"
        + "bGUuY29tIiwic3ViIjoiNWYyYjZjMWUtN2E0My00ZjBlLTlhMGUtMmQ2YzNiMWY4YTkwIiwiYXVkIjoiY2hhdCIsImlh"
        + "dCI6MTc2Mzc0MDgwMCwiZXhwIjo0MTAyNDQ0ODAwLCJqdGkiOiJiMGM3ZDFkMiIsImluZm8iOnsibmFtZSI6IkFubiJ9"
        + "fQ.fpElSQudNm74GpfeEff-h2-tpVlhCy2ryOA7TAD64K2rJfXdTn8ITJ8f9tEY76Myc3EN9x-rEODxgozFR56ar77Uk"
        + "vmwWPjgusOB-LIM0hVP8LO9ypki92wq8p0f5FwoVzGcU1WerdVMnLQIbgqkvJxjnaOvAEHrAs_aldU_PhTBcuWMSHAER"
        + "6iRffI0uqSYLgy52Zou5JKgU1eyYjO0E9uSfyaLde9DBUf1lVHGzR_MU8dEoSrQxalf-_2vRSX_yVhald8DS4kdp6X1j"
        + "yg921Q3IWqKdit5kKXYytIM7K0fIy__lXkHmmXoTbZhHm9Hz78oWg7RDGLkddx_sXbLHA"
    static let ps256Key =
        "{\"kty\":\"RSA\",\"kid\":\"bench\",\"alg\":\"PS256\",\"n\":\"rTQdceYnSvLeG51K7FYTeuJZV62aX-IXcIPAqnMmmMMGKu"
        + "VFdkdlhn2nVnx2r1dY3lUukKoZWJjmm9VqznEyzU5593RKHO5sjP5NEdSSoHNVCF-5qvT5oGvBa_siRl1hdxHWI3HSJ9"
        + "qK0mnRUHVD8LiWJiQV0QPIXsGj7mzTMsl2LkkfWVWsbfICq3r9rCI6uIboCdezzE-8VMWGlZpy7bPhxO4H4_pCLxJLce"
        + "hYycG-KKCpjLEL4DitfuMwbP_XcOW2R59e5Eq3Z6UMjpTcVLcJdo5VEJ3MmNRwFlyBlWo2YV9zYhBrUPLMhwo6IRnW-Z"
        + "qU4fKu-hSpFGuuQ0CmTw\",\"e\":\"AQAB\"}"
    static let ps256Token =
        "eyJhbGciOiJQUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImJlbmNoIn0.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1w"
        + "bGUuY29tIiwic3ViIjoiNWYyYjZjMWUtN2E0My00ZjBlLTlhMGUtMmQ2YzNiMWY4YTkwIiwiYXVkIjoiY2hhdCIsImlh"
        + "dCI6MTc2Mzc0MDgwMCwiZXhwIjo0MTAyNDQ0ODAwLCJqdGkiOiJiMGM3ZDFkMiIsImluZm8iOnsibmFtZSI6IkFubiJ9"
        + "fQ.niCHml611FjbkytPwjkDt36Er2HEne2P-QEQ4QGmDs6083TtLRnBmzT1t2xVNIFuDNuui484GBqRGvixBtRT1cX06"
        + "bnPUQJ2uXR2Fo2Bf2IDFojy0V2AGnK0cI9sCtV8ATrkkT-URA9sPnIMhuwsfsSSeSe67Ip8w1HOPENEUNSmtnnyNaQQQ"
        + "HxMs8xvBXXzggBiBITLXABhr-iP-Kf2kcDNA8gfzc1Ht5VPl4nDxhx_TWQzLwLxVHEI74DRXVxLyN6L1CUavH-TR7djq"
        + "Pm4vrPVO07q27pHdTNYkBxMHf-RgTYR8e_3KoprRU0Eqs1Kne2nej4B4y3yQw5-6cz_DA"
    static let es256Key =
        "{\"kty\":\"EC\",\"kid\":\"bench\",\"crv\":\"P-256\",\"x\":\"V0mtrs3MTpuaWmqtDRbCQLcLetX2XAYaTgex9t6jTQc\",\"y"
        + "\":\"0_tZlvFA2sigsR0vTGm51INn_HvdoKX9fyH2AhWFKwU\"}"
    static let es256Token =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImJlbmNoIn0.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1w"
        + "bGUuY29tIiwic3ViIjoiNWYyYjZjMWUtN2E0My00ZjBlLTlhMGUtMmQ2YzNiMWY4YTkwIiwiYXVkIjoiY2hhdCIsImlh"
        + "dCI6MTc2Mzc0MDgwMCwiZXhwIjo0MTAyNDQ0ODAwLCJqdGkiOiJiMGM3ZDFkMiIsImluZm8iOnsibmFtZSI6IkFubiJ9"
        + "fQ.8NqpsDM_P5ZSRwp2U7zr23jmQzRdljwt3RNi56Ac1Vy3rdqU7o8SDES1-VruXTfFOhEfktLe6ur0HFA5-TyZ1A"
    static let es384Key =
        "{\"kty\":\"EC\",\"kid\":\"bench\",\"crv\":\"P-384\",\"x\":\"ezT5ak2xDrCTgyOZrY8k1XDwIgQ84TPAomWo1y---EDi4DD"
        + "Z4dwpvkleaxwv_Ckj\",\"y\":\"_7mZ8m0ynCJOv2CvXdjqp2ORZuIZuTmkjfQh-sTBBHu1wBL2fRx-Xdyj7wvQrc__\"}"
    static let es384Token =
        "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCIsImtpZCI6ImJlbmNoIn0.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1w"
        + "bGUuY29tIiwic3ViIjoiNWYyYjZjMWUtN2E0My00ZjBlLTlhMGUtMmQ2YzNiMWY4YTkwIiwiYXVkIjoiY2hhdCIsImlh"
        + "dCI6MTc2Mzc0MDgwMCwiZXhwIjo0MTAyNDQ0ODAwLCJqdGkiOiJiMGM3ZDFkMiIsImluZm8iOnsibmFtZSI6IkFubiJ9"
        + "fQ.exXLLAyltUmJksD2cm36Z_rOaqgvLmcRwpWSAO7Ga6-ucSuk9Lkoh5z2UioJnleU30hEN8qKemlCvpt2ABI9aEUqa"
        + "KBndq9DX65zOQWFDmoKRNNvm2TYTM_BLetR1ffj"
    static let eddsaKey =
        "{\"kty\":\"OKP\",\"kid\":\"bench\",\"crv\":\"Ed25519\",\"x\":\"yk3V8OnCkH2ThqsTYv-YILOJ9JMrEHCBcHdcJJtjsw4\""
        + "}"
    static let eddsaToken =
        "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCIsImtpZCI6ImJlbmNoIn0.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1w"
        + "bGUuY29tIiwic3ViIjoiNWYyYjZjMWUtN2E0My00ZjBlLTlhMGUtMmQ2YzNiMWY4YTkwIiwiYXVkIjoiY2hhdCIsImlh"
        + "dCI6MTc2Mzc0MDgwMCwiZXhwIjo0MTAyNDQ0ODAwLCJqdGkiOiJiMGM3ZDFkMiIsImluZm8iOnsibmFtZSI6IkFubiJ9"
        + "fQ.On61euf8RZ74X2J3ZAki2Glv4kBbY5bV8jh0dPHAhISQ1rNt00rbFD9gkX_lVfYPKR6oaoURGkmEFSGFgNAbAg"
}
