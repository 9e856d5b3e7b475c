package offhook.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import offhook.config.JmxConfig.Tls;

/// Reads `ops.jmx`.
final class JmxReader {

    private static final String CERTIFICATE =
            "a certificate for it is made by: openssl req -x509 -newkey rsa:2048 -nodes -days 825"
                    + " -keyout jmx-key.pem -out jmx.pem -subj /CN=gateway";

    private JmxReader() {}

    /// Empty: nobody reaches the beans from other machines.
    static Optional<JmxConfig> read(Section ops, PortPlan plan) {
        Optional<Value> value = ops.find("jmx");
        if (value.isEmpty() || value.flatMap(Value::scalar).filter("off"::equals).isPresent()) {
            ops.section("jmx").find("listen");
            return Optional.empty();
        }
        return value.flatMap(Value::section).flatMap(section -> port(section, plan));
    }

    private static Optional<JmxConfig> port(Section section, PortPlan plan) {
        Optional<InetSocketAddress> listen =
                section.require("listen").flatMap(value -> address(value, plan));
        if (!section.has("tls")) {
            section.problem(
                    "'tls' with 'certificate' and 'key' is missing: passwords would travel in the"
                            + " clear; "
                            + CERTIFICATE);
        }
        Optional<Tls> tls = section.find("tls").flatMap(Value::section).flatMap(JmxReader::tls);
        List<OpsUser> users = OpsUsersReader.read(section);
        if (!section.has("users")) {
            section.problem("'users' is missing: nobody could sign in");
        }
        section.done();
        return listen.flatMap(at -> tls.map(own -> new JmxConfig(at, own, users)));
    }

    private static Optional<InetSocketAddress> address(Value value, PortPlan plan) {
        Optional<String> text = value.text();
        Optional<Listen> listen = text.flatMap(t -> ListenReader.parse("tls://" + t));
        if (text.isPresent() && listen.isEmpty()) {
            value.problem(value.quoted() + " is not of the form address:port, as 127.0.0.1:9010");
            return Optional.empty();
        }
        if (listen.isPresent() && listen.get().address().getAddress().isAnyLocalAddress()) {
            value.problem(
                    "clients would be told to connect to "
                            + value.quoted()
                            + ": write the one address of this machine that they"
                            + " reach, or 127.0.0.1 and an SSH tunnel");
            return Optional.empty();
        }
        if (listen.isPresent() && listen.get().address().getPort() == 0) {
            value.problem("no port is given");
            return Optional.empty();
        }
        listen.ifPresent(at -> plan.listener("ops.jmx.listen", at, Optional.of(value)));
        return listen.map(Listen::address);
    }

    private static Optional<Tls> tls(Section section) {
        Optional<Path> certificate = section.require("certificate").flatMap(Value::readableFile);
        Optional<Path> key = section.require("key").flatMap(Value::keyFile);
        section.done();
        return certificate.flatMap(c -> key.map(k -> new Tls(c, k)));
    }
}
