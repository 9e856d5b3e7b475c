package offhook.sdp;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A candidate of the peer as it wrote it (RFC 8839 §5.1). Only ever told, never sent to: we are a
/// lite agent, which learns by checks where its peer is.
///
/// @param transport lower case: `udp`, `tcp`
/// @param address a literal or a name, as of mDNS; nobody resolves it
/// @param type `host`, `srflx`, `prflx` or `relay`
public record IceCandidate(
        int component, String transport, long priority, String address, int port, String type) {

    /// Longest text that is looked at.
    public static final int MAX_CHARS = 512;

    private static final Pattern SYNTAX =
            Pattern.compile(
                    "(?:candidate:)?[A-Za-z0-9+/]{1,32} ([0-9]{1,3}) ([A-Za-z]{1,16}) ([0-9]{1,10})"
                            + " ([A-Za-z0-9.:-]{1,255}) ([0-9]{1,5}) typ ([a-z]{1,16})(?: .*)?");
    private static final Set<String> TYPES = Set.of("host", "srflx", "prflx", "relay");
    private static final int MAX_COMPONENT = 256;
    private static final int MAX_PORT = 65_535;
    private static final long MAX_PRIORITY = (1L << 31) - 1;

    /// Reads one; empty when it is none.
    public static Optional<IceCandidate> parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (text.length() > MAX_CHARS || !matcher.matches()) {
            return Optional.empty();
        }
        IceCandidate candidate =
                new IceCandidate(
                        Integer.parseInt(matcher.group(1)),
                        matcher.group(2).toLowerCase(Locale.ROOT),
                        Long.parseLong(matcher.group(3)),
                        matcher.group(4),
                        Integer.parseInt(matcher.group(5)),
                        matcher.group(6));
        return Optional.of(candidate).filter(IceCandidate::isPossible);
    }

    private boolean isPossible() {
        return component >= 1
                && component <= MAX_COMPONENT
                && priority <= MAX_PRIORITY
                && port <= MAX_PORT
                && TYPES.contains(type);
    }
}
