package offhook.telemetry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// Counts SIP messages by method and status, whatever comes: methods and statuses that nobody has
/// registered share a place, so that no peer makes time series without end. Any thread.
public final class SipTraffic {

    /// What a method is counted as that is none of SIP's own.
    public static final String OTHER = "other";

    /// Of RFC 3261, 3262, 3265, 3311, 3428, 3515, 3903 and 6086.
    private static final List<String> METHODS =
            List.of(
                    "INVITE",
                    "ACK",
                    "BYE",
                    "CANCEL",
                    "OPTIONS",
                    "REGISTER",
                    "PRACK",
                    "UPDATE",
                    "INFO",
                    "REFER",
                    "NOTIFY",
                    "SUBSCRIBE",
                    "MESSAGE",
                    "PUBLISH");

    /// Response codes that IANA has registered; others are counted by their class.
    private static final Set<Integer> STATUSES =
            Set.of(
                    100, 180, 181, 182, 183, 199, 200, 202, 204, 300, 301, 302, 305, 380, 400, 401,
                    402, 403, 404, 405, 406, 407, 408, 410, 412, 413, 414, 415, 416, 417, 420, 421,
                    422, 423, 424, 425, 428, 429, 430, 433, 436, 437, 438, 439, 440, 469, 470, 480,
                    481, 482, 483, 484, 485, 486, 487, 488, 489, 491, 493, 494, 500, 501, 502, 503,
                    504, 505, 513, 555, 580, 600, 603, 604, 606, 607, 608);

    private final Map<Message, LongAdder> counts = new ConcurrentHashMap<>();

    /// Who is at the other end.
    public enum Peer {
        /// A trunk, or whoever else sends to its ports.
        TRUNK,
        /// A phone in a browser, over WebSocket.
        BROWSER
    }

    /// Which way a message goes.
    public enum Way {
        /// From the peer to us.
        IN,
        /// From us to the peer.
        OUT
    }

    /// What is counted as one.
    ///
    /// @param method of the request, or of the request that a response answers
    /// @param status of a response, such as `486`, or `4xx` of a code that nobody registered; empty
    ///   of a request
    public record Message(Peer peer, Way way, String method, String status) {

        /// Whether it counts requests.
        public boolean isRequest() {
            return status.isEmpty();
        }
    }

    /// How many there were since the start.
    public record Count(Message message, long messages) {}

    /// Requests of each method that is known are there from the start, so that the first of them is
    /// seen as one more.
    public SipTraffic() {
        for (Way way : Way.values()) {
            METHODS.forEach(method -> adder(new Message(Peer.TRUNK, way, method, "")));
            adder(new Message(Peer.TRUNK, way, OTHER, ""));
        }
    }

    /// A request passed.
    public void request(Peer peer, Way way, String method) {
        adder(new Message(peer, way, known(method), "")).increment();
    }

    /// A response passed.
    ///
    /// @param method of the request that it answers
    public void response(Peer peer, Way way, String method, int status) {
        adder(new Message(peer, way, known(method), known(status))).increment();
    }

    /// A message of ours leaves. What is none, such as the line ends that keep a connection, is not
    /// counted.
    ///
    /// @param text the message, or what of it has the start line and CSeq
    public void wrote(Peer peer, String text) {
        String start = line(text, 0);
        String[] words = start.split(" ", 3);
        if (words.length < 3) {
            return;
        }
        if (words[0].equals("SIP/2.0") && words[1].matches("[1-6][0-9][0-9]")) {
            response(peer, Way.OUT, answered(text), Integer.parseInt(words[1]));
        } else {
            request(peer, Way.OUT, words[0]);
        }
    }

    /// All counts at about one moment, in a stable order.
    public List<Count> counts() {
        List<Count> all = new ArrayList<>();
        counts.forEach((message, adder) -> all.add(new Count(message, adder.sum())));
        all.sort(
                Comparator.comparing((Count each) -> each.message().peer())
                        .thenComparing(each -> each.message().way())
                        .thenComparing(each -> each.message().status())
                        .thenComparing(each -> each.message().method()));
        return all;
    }

    private LongAdder adder(Message message) {
        return counts.computeIfAbsent(message, _ -> new LongAdder());
    }

    private static String known(String method) {
        return METHODS.contains(method) ? method : OTHER;
    }

    private static String known(int status) {
        return STATUSES.contains(status)
                ? Integer.toString(status)
                : Math.clamp(status / 100, 1, 6) + "xx";
    }

    /// The method that CSeq names: we write that field in one way.
    private static String answered(String text) {
        int at = 0;
        while (at >= 0 && at < text.length()) {
            String line = line(text, at);
            if (line.isEmpty()) {
                return OTHER;
            }
            if (line.regionMatches(true, 0, "CSeq:", 0, 5)) {
                return line.substring(line.lastIndexOf(' ') + 1);
            }
            at = text.indexOf('\n', at) + 1;
            if (at == 0) {
                return OTHER;
            }
        }
        return OTHER;
    }

    private static String line(String text, int from) {
        int end = text.indexOf('\n', from);
        return text.substring(from, end < 0 ? text.length() : end).stripTrailing();
    }
}
