package offhook.selftest;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import offhook.config.Listen;

/// Whether browsers will let pages connect, and use the microphone: they do over https, and on
/// localhost.
final class OriginChecks {

    private OriginChecks() {}

    static List<Finding> of(Subject subject) {
        Findings findings = new Findings("web");
        List<Listen> listeners = subject.config().web().listen();
        List<String> origins = subject.config().web().allowedOrigins();
        boolean local =
                listeners.stream()
                        .map(listen -> listen.address().getAddress())
                        .anyMatch(InetAddress::isLoopbackAddress);
        if (origins.isEmpty() && !local) {
            findings.problem(
                    "web.allowed-origins",
                    "is empty: no page may connect",
                    "Name the origin of the page as browsers show it, such as"
                            + " https://desk.example.com.");
        }
        origins.forEach(origin -> origin(findings, origin));
        boolean https = listeners.stream().anyMatch(listen -> listen.scheme().equals("https"));
        boolean open =
                listeners.stream()
                        .anyMatch(listen ->
                                listen.scheme().equals("http")
                                        && !listen.address().getAddress().isLoopbackAddress());
        if (open && !https) {
            findings.warning(
                    "web.listen",
                    "is http for others than this machine: pages from there have no microphone, and"
                            + " sign-ins travel in the clear",
                    "Set web.tls and an https listener, or bind 127.0.0.1 behind a TLS proxy.");
        } else if (!https && origins.stream().anyMatch(origin -> origin.startsWith("https:"))) {
            findings.note(
                    "web.listen",
                    "pages are https, and we serve http on this machine only",
                    "Have the TLS proxy pass /agent on as a WebSocket.");
        }
        if (findings.isClean()) {
            findings.ok("web", "pages of %d origins may connect".formatted(origins.size()));
        }
        return findings.all();
    }

    private static void origin(Findings findings, String origin) {
        URI uri = URI.create(origin);
        String host = String.valueOf(uri.getHost());
        boolean local = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        if ("http".equals(uri.getScheme()) && !local) {
            findings.warning(
                    "web.allowed-origins " + origin,
                    "browsers give no microphone to a page of plain http",
                    "Serve the page over https and name that origin.");
        }
    }
}
