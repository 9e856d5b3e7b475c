package offhook.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import offhook.call.TransportFact;
import offhook.call.TransportFact.Candidate;

/// How the media of one browser leg found its way: ICE and DTLS. Bounded: of what happens again and
/// again the first times are kept. Owned by the doctor.
final class TransportChart {

    private static final int MOST = 16;
    private static final String TRANSLATED = "through a NAT";
    private static final String RELAYED = "relayed by TURN";
    private static final long MILLI_NANOS = 1_000_000L;

    private final List<Candidate> ours = new ArrayList<>();
    private final List<Candidate> theirs = new ArrayList<>();
    private final List<Timed<InetSocketAddress>> checked = new ArrayList<>();
    private final List<Timed<TransportFact.Nominated>> nominated = new ArrayList<>();
    private final List<Long> restarts = new ArrayList<>();
    private OptionalLong beganNanos = OptionalLong.empty();
    private Optional<Timed<TransportFact.Secured>> secured = Optional.empty();
    private Optional<Timed<String>> failed = Optional.empty();
    private String byBrowser = "";

    private record Timed<T>(long atNanos, T what) {}

    /// Takes a fact in; what is to be said of it in the time line is returned.
    ///
    /// @param link what lies between, as `the browser of alice`
    Optional<String> note(TransportFact fact, long atNanos, String link) {
        return switch (fact) {
            case TransportFact.Candidates offered -> {
                add(ours, offered.ours());
                add(theirs, offered.theirs());
                yield Optional.empty();
            }
            case TransportFact.Checked(InetSocketAddress from) -> {
                add(checked, new Timed<>(atNanos, from));
                yield Optional.of("ICE: first check of " + link + " from " + text(from));
            }
            case TransportFact.Nominated pair -> {
                add(nominated, new Timed<>(atNanos, pair));
                yield Optional.of(
                        "ICE: "
                                + link
                                + " chose "
                                + text(pair.remote())
                                + " ("
                                + ofPath(typeOf(pair.remote()))
                                + ") to "
                                + text(pair.local()));
            }
            case TransportFact.Restarted _ -> {
                add(restarts, atNanos);
                yield Optional.of("ICE: " + link + " restarts");
            }
            case TransportFact.HandshakeBegan _ -> {
                beganNanos = OptionalLong.of(atNanos);
                secured = Optional.empty();
                failed = Optional.empty();
                yield Optional.empty();
            }
            case TransportFact.Secured done -> {
                secured = Optional.of(new Timed<>(atNanos, done));
                yield Optional.of(
                        done.version()
                                + " with "
                                + link
                                + ": "
                                + done.cipherSuite()
                                + ", "
                                + done.protection()
                                + took(atNanos));
            }
            case TransportFact.HandshakeFailed(String why) -> {
                failed = Optional.of(new Timed<>(atNanos, why));
                yield Optional.of("DTLS with " + link + " failed: " + why);
            }
        };
    }

    /// Takes in what the page says of how its browser reaches us; empty: it does not.
    ///
    /// @param link what lies between, as `the browser of alice`
    /// @return what is to be said of it in the time line
    Optional<String> saidByBrowser(String type, String link) {
        if (type.isEmpty() || type.equals(byBrowser)) {
            return Optional.empty();
        }
        byBrowser = type;
        return Optional.of(
                link
                        + " reaches us "
                        + switch (type) {
                            case "host" -> "directly";
                            case "relay" -> RELAYED;
                            default -> TRANSLATED;
                        });
    }

    /// What an address of that type tells of the way of a packet from it.
    private static String ofPath(String type) {
        return switch (type) {
            case "host" -> "its own address";
            case "srflx" -> TRANSLATED;
            case "relay" -> RELAYED;
            default -> "as its check showed: its own address, a NAT's or a TURN server's";
        };
    }

    /// Of a relayed or translated address we see only where it ends: unless the browser named it
    /// before, it is one that the check itself showed (RFC 8445 §7.3.1.3).
    private String typeOf(InetSocketAddress remote) {
        return theirs.stream()
                .filter(each -> each.port() == remote.getPort())
                .filter(each -> each.address().equals(host(remote)))
                .map(Candidate::type)
                .findFirst()
                .orElse("prflx");
    }

    private String took(long untilNanos) {
        return beganNanos.isEmpty() ? "" : ", in " + millis(untilNanos) + " ms";
    }

    private long millis(long untilNanos) {
        return (untilNanos - beganNanos.orElse(untilNanos)) / MILLI_NANOS;
    }

    private static <T> void add(List<T> to, List<T> all) {
        all.stream().filter(each -> !to.contains(each)).forEach(each -> add(to, each));
    }

    private static <T> void add(List<T> to, T one) {
        if (to.size() < MOST) {
            to.add(one);
        }
    }

    /// All of it, as part of a story.
    void write(ObjectNode to, Moments moments) {
        ObjectNode ice = to.putObject("ice");
        // Always so: we answer checks and send none (RFC 8445 §2.5).
        ice.put("role", "controlled").put("lite", true);
        candidates(ice.putArray("local-candidates"), ours);
        candidates(ice.putArray("remote-candidates"), theirs);
        ArrayNode checks = ice.putArray("first-checks");
        checked.forEach(each ->
                checks.addObject()
                        .put("at", moments.full(each.atNanos))
                        .put("from", text(each.what)));
        ArrayNode pairs = ice.putArray("nominations");
        nominated.forEach(each -> pair(pairs.addObject(), each, moments));
        if (!nominated.isEmpty()) {
            ObjectNode selected = ice.putObject("selected");
            pair(selected, nominated.getLast(), moments);
            if (!byBrowser.isEmpty()) {
                selected.put("type-by-browser", byBrowser);
            }
        }
        ArrayNode again = ice.putArray("restarts");
        restarts.forEach(at -> again.add(moments.full(at)));
        dtls(to.putObject("dtls"), moments);
    }

    private void dtls(ObjectNode to, Moments moments) {
        if (beganNanos.isPresent()) {
            to.put("began", moments.full(beganNanos.getAsLong()));
        }
        secured.ifPresent(done ->
                to.put("role", done.what.role())
                        .put("version", done.what.version())
                        .put("cipher-suite", done.what.cipherSuite())
                        .put("srtp-profile", done.what.protection())
                        .put("fingerprint", done.what.fingerprintHash())
                        .put("done", moments.full(done.atNanos))
                        .put("millis", millis(done.atNanos)));
        failed.ifPresent(end -> to.put("failed", moments.full(end.atNanos)).put("why", end.what));
    }

    private static void candidates(ArrayNode to, List<Candidate> all) {
        for (Candidate each : all) {
            to.addObject()
                    .put("type", each.type())
                    .put("protocol", each.protocol())
                    .put("address", each.address())
                    .put("port", each.port());
        }
    }

    private void pair(ObjectNode to, Timed<TransportFact.Nominated> pair, Moments moments) {
        to.put("at", moments.full(pair.atNanos));
        address(to.putObject("local"), "host", pair.what.local());
        address(to.putObject("remote"), typeOf(pair.what.remote()), pair.what.remote());
    }

    private static void address(ObjectNode to, String type, InetSocketAddress where) {
        to.put("type", type).put("address", host(where)).put("port", where.getPort());
    }

    private static String host(InetSocketAddress where) {
        return where.getAddress() == null
                ? where.getHostString()
                : where.getAddress().getHostAddress();
    }

    private static String text(InetSocketAddress where) {
        String host = host(where);
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + where.getPort();
    }
}
