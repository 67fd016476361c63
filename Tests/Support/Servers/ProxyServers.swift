// Real reverse proxies before a node: nginx and haproxy, each with the least configuration that serves WebSockets and with a
// log of the requests it has passed on.
import Foundation

package protocol ReverseProxy: Sendable {
    var port: Int { get }
    /// How many requests it has sent to the node.
    func passedOn() -> Int
}

package final class NginxServer: ReverseProxy {
    package let port: Int
    private let process: ChildProcess
    private let folder: TemporaryFolder

    /// `from`: the address it calls the node from.
    package init(to upstream: Int, from source: String? = nil) throws {
        let bind = source.map { "proxy_bind \($0);" } ?? ""
        let folder = try TemporaryFolder("nginx")
        self.folder = folder
        (port, process) = try FreePort.retrying { port in
            let configuration = """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log error.log;
                events { worker_connections 512; }
                http {
                  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                  log_format passed '$upstream_status|$request';
                  access_log access.log passed;
                  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
                  server {
                    listen 127.0.0.1:\(port);
                    location / {
                      \(bind)
                      proxy_pass http://127.0.0.1:\(upstream);
                      proxy_http_version 1.1;
                      proxy_set_header Upgrade $http_upgrade;
                      proxy_set_header Connection $connection_upgrade;
                      proxy_set_header Host $host;
                      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
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

    package func passedOn() -> Int {
        let text = (try? String(contentsOfFile: folder.file("access.log"), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("-|") }.count
    }
}

package final class HAProxyServer: ReverseProxy {
    package let port: Int
    private let process: ChildProcess
    private let folder: TemporaryFolder

    /// `from`: the address it calls the node from.
    package init(to upstream: Int, from source: String? = nil) throws {
        let bind = source.map { "source \($0)" } ?? ""
        let folder = try TemporaryFolder("haproxy")
        self.folder = folder
        (port, process) = try FreePort.retrying { port in
            let configuration = """
                global
                  log stdout format raw local0
                defaults
                  mode http
                  option httplog
                  log global
                  timeout connect 5s
                  timeout client 30s
                  timeout server 30s
                  timeout tunnel 60s
                  option forwardfor
                frontend front
                  bind 127.0.0.1:\(port)
                  log-format "passed %[srv_name]|%Tc|%ST|%r"
                  default_backend node
                backend node
                  server rookery 127.0.0.1:\(upstream) \(bind)

                """
            let file = try folder.write(configuration, to: "haproxy.cfg")
            let process = try ChildProcess("haproxy", ["-f", file], outputPath: folder.file("output.log"))
            try ProxyStart.wait(for: process, port: port)
            return (port, process)
        }
    }

    package func passedOn() -> Int {
        // A connect time of -1: refused before the node was called.
        process.output.split(separator: "\n").filter {
            $0.contains("passed rookery|") && !$0.contains("passed rookery|-1|")
        }.count
    }
}

enum ProxyStart {
    static func wait(for process: ChildProcess, port: Int) throws {
        do {
            try TestSupport.wait(until: "\(process.program) listens:\n\(process.output)", seconds: 15) {
                if process.exitStatus != nil {
                    if process.output.contains("ddress already in use") { throw FreePort.PortTaken() }
                    throw KitError("\(process.program) ended:\n\(process.output)")
                }
                return (try? StreamSocket(port: port, seconds: 1)) != nil
            }
        } catch {
            process.release()
            throw error
        }
    }
}
