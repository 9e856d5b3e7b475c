package offhook.cli;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import offhook.app.AdvertisedAddress;
import offhook.config.AgentsConfig;
import offhook.config.GatewayConfig;
import offhook.config.GuestSite;
import offhook.config.Listen;
import offhook.config.MediaConfig;
import offhook.config.QueueConfig;
import offhook.config.RouteConfig;
import offhook.config.TrunkAdvertised;
import offhook.config.TrunkConfig;
import offhook.media.RtpAddress;

/// What a start with a configuration would do, in words, by topic.
final class StartPlan {

    private StartPlan() {}

    /// Lines by topic, in the order they are shown.
    static Map<String, List<String>> of(GatewayConfig config) {
        Map<String, List<String>> plan = new LinkedHashMap<>();
        plan.put("node", List.of(config.node().name()));
        plan.put(
                "advertised",
                List.of(
                        AdvertisedAddress.of(config).getHostAddress()
                                + (config.node().advertise().isPresent()
                                        ? ""
                                        : " (found on this machine; set node.advertise to change"
                                                + " it)")));
        plan.put("sip", config.sip().listen().stream().map(StartPlan::listener).toList());
        plan.put(
                "trunk-audio",
                AdvertisedAddress.ofTrunkMedia(config).stream().map(StartPlan::audio).toList());
        plan.put(
                "rtp-ports",
                List.of(
                        "%d-%d, room for %d calls"
                                .formatted(
                                        config.sip().rtpPorts().first(),
                                        config.sip().rtpPorts().last(),
                                        config.sip().rtpPorts().pairs())));
        plan.put("browser-media", List.of(listener(config.media().listen())));
        plan.put("web", config.web().listen().stream().map(StartPlan::listener).toList());
        plan.put("allowed-origins", config.web().allowedOrigins());
        plan.put("trunks", config.trunks().stream().map(StartPlan::trunk).toList());
        plan.put("routes", config.routes().stream().map(route -> route(route, config)).toList());
        plan.put("queues", config.queues().stream().map(StartPlan::queue).toList());
        plan.put("agents", config.agents().users().stream().map(AgentsConfig.User::name).toList());
        config.agents()
                .issuer()
                .ifPresent(issuer ->
                        plan.put(
                                "tokens",
                                List.of(issuer.issuer() + ", by keys of " + issuer.jwks())));
        if (!config.web().guests().isEmpty()) {
            plan.put("guests", config.web().guests().stream().map(StartPlan::guests).toList());
        }
        config.web().turn().ifPresent(turn -> plan.put("turn", turn.urls()));
        return plan;
    }

    private static String guests(GuestSite site) {
        return "%s: pages of %s call %s, tokens by %s"
                .formatted(
                        site.name(),
                        site.origins(),
                        destination(site.to(), RouteConfig.Dialling.PLAIN),
                        site.key().isPresent() ? "the site's server" : "this gateway");
    }

    private static String listener(Listen listen) {
        InetSocketAddress address = listen.address();
        return "%s://%s:%d%s"
                .formatted(
                        listen.scheme(),
                        address.getAddress().getHostAddress(),
                        address.getPort(),
                        isFree(listen)
                                ? ""
                                : " (in use now, perhaps by the gateway itself; offhook doctor says by whom)");
    }

    private static String audio(RtpAddress address) {
        return "%s: received on %s, told as %s"
                .formatted(
                        address.told() instanceof Inet4Address ? "IPv4" : "IPv6",
                        address.bound().getHostAddress(),
                        address.told().getHostAddress());
    }

    private static boolean isFree(Listen listen) {
        if (listen.scheme().equals("udp")) {
            try (DatagramSocket socket = new DatagramSocket(null)) {
                socket.setReuseAddress(false);
                socket.bind(listen.address());
                return true;
            } catch (IOException e) {
                return false;
            }
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(listen.address());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String trunk(TrunkConfig trunk) {
        List<String> from = new ArrayList<>();
        trunk.addresses()
                .forEach(block ->
                        from.add(block.network().getHostAddress() + "/" + block.prefixLength()));
        return ("%s: calls out to %s%s, calls in from %s, codecs %s, digits %s, media %s,"
                        + "%s prefers %s%s")
                .formatted(
                        trunk.name(),
                        trunk.uri().orElse("nowhere (uri is not set)"),
                        registration(trunk),
                        from.isEmpty() ? "nowhere (addresses is empty)" : String.join(", ", from),
                        trunk.codecs(),
                        trunk.dtmf(),
                        trunk.media(),
                        told(trunk.advertised()),
                        word(trunk.prefer()),
                        trunk.preset().map(StartPlan::preset).orElse(""));
    }

    private static String told(TrunkAdvertised advertised) {
        return advertised.signalling().map(told -> told("", told)).orElse("")
                + advertised.media().map(told -> told("for audio ", told)).orElse("");
    }

    private static String told(String what, InetAddress address) {
        return " is told %s%s,".formatted(what, address.getHostAddress());
    }

    private static String preset(TrunkConfig.Preset preset) {
        return ", from preset "
                + preset.name()
                + ": "
                + (preset.settings().isEmpty()
                        ? "nothing, all is set"
                        : String.join(", ", preset.settings()));
    }

    private static String registration(TrunkConfig trunk) {
        String proxy = trunk.outboundProxy().map(uri -> " over " + uri).orElse("");
        return trunk.register()
                .map(terms ->
                        "%s, registers with %s for %d s"
                                .formatted(
                                        proxy,
                                        registrars(terms.registrars()),
                                        terms.expires().toSeconds()))
                .orElse(proxy);
    }

    /// The way to the only one is the way to the trunk, and said already.
    private static String registrars(List<TrunkConfig.Registrar> all) {
        return all.size() == 1
                ? all.getFirst().uri().orElse("nobody")
                : all.stream()
                        .map(TrunkConfig.Registrar::name)
                        .collect(Collectors.joining(" and "));
    }

    private static String word(MediaConfig.Prefer prefer) {
        return prefer.name().toLowerCase(Locale.ROOT);
    }

    /// With the preference that counts: the route's own, or its trunk's.
    private static String route(RouteConfig route, GatewayConfig config) {
        String prefers =
                route.prefer()
                        .or(() ->
                                config.trunks().stream()
                                        .filter(trunk -> trunk.name().equals(route.source()))
                                        .findFirst()
                                        .map(TrunkConfig::prefer))
                        .map(prefer -> ", prefers " + word(prefer))
                        .orElse("");
        boolean onlyQueues =
                route.to().stream().allMatch(to -> to.kind() == RouteConfig.Kind.QUEUE);
        return "%s %s -> %s%s%s"
                .formatted(
                        route.source(),
                        route.number(),
                        route.to().stream()
                                .map(to -> destination(to, route.dialling()) + patience(to, config))
                                .collect(Collectors.joining(", then ")),
                        onlyQueues ? "" : ", rings %d s".formatted(route.ring().toSeconds()),
                        prefers);
    }

    /// How long callers wait there: the time of the route is not that of a queue.
    private static String patience(RouteConfig.Destination to, GatewayConfig config) {
        return config.queues().stream()
                .filter(_ -> to.kind() == RouteConfig.Kind.QUEUE)
                .filter(queue -> queue.name().equals(to.name()))
                .findFirst()
                .map(queue -> " (" + patience(queue) + ")")
                .orElse("");
    }

    private static String patience(QueueConfig queue) {
        return "%s, each agent rings %d s"
                .formatted(
                        queue.line().maxWaiting() == 0
                                ? "nobody waits"
                                : "callers wait up to %d s"
                                        .formatted(queue.line().maxWait().toSeconds()),
                        queue.ring().toSeconds());
    }

    private static String destination(RouteConfig.Destination to, RouteConfig.Dialling dialling) {
        String plain = to.kind().name().toLowerCase(Locale.ROOT) + ":" + to.name();
        if (to.number().isPresent()) {
            return plain + ":" + to.number().get();
        }
        boolean rewritten =
                to.kind() == RouteConfig.Kind.TRUNK && !dialling.equals(RouteConfig.Dialling.PLAIN);
        return rewritten
                ? "%s (without the first %d, '%s' before)"
                        .formatted(plain, dialling.strip(), dialling.prefix())
                : plain;
    }

    private static String queue(QueueConfig queue) {
        return "%s: %s, each rings %d s"
                .formatted(queue.name(), queue.agents(), queue.ring().toSeconds());
    }
}
