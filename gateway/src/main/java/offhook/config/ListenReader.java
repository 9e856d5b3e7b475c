package offhook.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads `scheme://host:port`, and puts it on the plan of ports.
final class ListenReader {

    private static final Pattern FORM =
            Pattern.compile("([a-z]+)://(\\[[^\\]]*]|[^:/\\[\\]]*):([0-9]{1,5})/?");

    private final List<String> schemes;
    private final PortPlan plan;

    ListenReader(PortPlan plan, String... schemes) {
        this.plan = plan;
        this.schemes = List.of(schemes);
    }

    /// The one or many listeners of a section's `listen`; the given ones when it has none.
    List<Listen> readAll(Section section, String label, String... absent) {
        Optional<Value> value = section.find("listen");
        List<Listen> listens = new ArrayList<>();
        if (value.isEmpty()) {
            for (String text : absent) {
                Listen listen = parse(text).orElseThrow();
                plan.listener(label, listen, Optional.empty());
                listens.add(listen);
            }
        } else {
            List<Value> values = value.get().oneOrList();
            values.forEach(v -> read(v).ifPresent(listens::add));
        }
        return listens;
    }

    Optional<Listen> read(Value value) {
        Optional<String> text = value.text();
        Optional<Listen> listen = text.flatMap(ListenReader::parse);
        if (text.isPresent() && listen.isEmpty()) {
            value.problem(value.quoted() + " is not of the form scheme://address:port");
        }
        if (listen.isPresent() && !schemes.contains(listen.get().scheme())) {
            value.problem(
                    "'" + listen.get().scheme() + "' is none of " + String.join(", ", schemes));
            return Optional.empty();
        }
        listen.ifPresent(l -> plan.listener(value.path(), l, Optional.of(value)));
        return listen;
    }

    static Optional<Listen> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 65535) {
            return Optional.empty();
        }
        Optional<InetAddress> host = Addresses.parseHost(matcher.group(2));
        int port = Integer.parseInt(matcher.group(3));
        return host.map(h -> new Listen(matcher.group(1), new InetSocketAddress(h, port)));
    }
}
