package offhook.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.config.TrunkConfig.Auth;
import offhook.config.TrunkConfig.Registering;
import offhook.config.TrunkConfig.Registrar;

/// Reads how we register with a trunk.
final class TrunkRegisterReader {

    private TrunkRegisterReader() {}

    /// @param uris where calls go out to
    /// @param proxy by whom they go
    /// @param auth who we are to the trunk
    static Optional<Registering> read(
            Section trunk, List<String> uris, Optional<String> proxy, Optional<Auth> auth) {
        boolean register = trunk.flag("register", false);
        Optional<String> registrar = trunk.find("registrar").flatMap(TrunkReader::uri);
        Optional<String> contactUser = trunk.find("contact-user").flatMap(TrunkReader::user);
        Duration expires = trunk.seconds("register-expires", 60, 86_400, Duration.ofMinutes(5));
        Registrar first = new Registrar(registrar.or(() -> uris.stream().findFirst()), proxy);
        List<Registrar> all = further(trunk, first);
        if (!register) {
            trunk.find("also-register")
                    .ifPresent(
                            v -> v.problem("nobody is registered with without 'register: true'"));
            return Optional.empty();
        }
        Optional<Value> flag = trunk.find("register");
        if (trunk.find("uri").isEmpty() && trunk.find("registrar").isEmpty()) {
            flag.ifPresent(v -> v.problem("to register, 'registrar' or 'uri' is needed"));
        }
        if (trunk.find("auth").isEmpty() && contactUser.isEmpty()) {
            flag.ifPresent(v -> v.problem("to register, 'auth' or 'contact-user' is needed"));
        }
        Optional<String> bad = auth.map(Auth::username).filter(user -> !TrunkReader.isUser(user));
        if (bad.isPresent()) {
            flag.ifPresent(v ->
                    v.problem(
                            "the user of 'auth' is no user of a SIP URI and cannot be registered"));
        }
        return Optional.of(new Registering(contactUser, expires, all));
    }

    /// The first registrar and those that are listed besides.
    private static List<Registrar> further(Section trunk, Registrar first) {
        List<Registrar> all = new ArrayList<>(List.of(first));
        for (Section each : trunk.sections("also-register")) {
            Optional<String> uri = each.find("registrar").flatMap(TrunkReader::uri);
            Optional<String> proxy = each.find("outbound-proxy").flatMap(TrunkReader::uri);
            if (each.find("registrar").isEmpty() && each.find("outbound-proxy").isEmpty()) {
                each.problem("'registrar' or 'outbound-proxy' is needed");
            }
            Registrar one = new Registrar(uri.or(first::uri), proxy.or(first::outboundProxy));
            if (all.contains(one)) {
                each.problem("is the same as one before it");
            }
            each.done();
            all.add(one);
        }
        return all;
    }
}
