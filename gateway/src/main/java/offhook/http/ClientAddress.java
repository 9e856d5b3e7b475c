package offhook.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;

/// The address that limits count a client by: the peer's own, or behind a reverse proxy on this
/// machine the last one of `X-Forwarded-For`, which that proxy wrote. Of IPv6 the /64 block, since
/// one client has all of it (RFC 6177).
public final class ClientAddress {

    private static final Pattern LITERAL = Pattern.compile("[0-9a-fA-F.:]{2,45}");
    private static final int BLOCK_BYTES = 8;

    private ClientAddress() {}

    /// Whose request it is.
    public static String of(Request request) {
        return of(
                request.getConnectionMetaData().getRemoteSocketAddress(),
                request.getHeaders().getValuesList("X-Forwarded-For"));
    }

    /// The address of a peer and of what a proxy wrote.
    public static String of(SocketAddress peer, List<String> forwardedFor) {
        if (!(peer instanceof InetSocketAddress inet) || inet.getAddress() == null) {
            return "unknown";
        }
        InetAddress address = inet.getAddress();
        if (address.isLoopbackAddress() && !forwardedFor.isEmpty()) {
            return key(literal(forwardedFor.getLast()).orElse(address));
        }
        return key(address);
    }

    private static Optional<InetAddress> literal(String text) {
        String last = text.substring(text.lastIndexOf(',') + 1).strip();
        if (!LITERAL.matcher(last).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(last));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static String key(InetAddress address) {
        if (address instanceof Inet6Address) {
            byte[] block = Arrays.copyOf(address.getAddress(), BLOCK_BYTES);
            return HexFormat.of().formatHex(block) + "/64";
        }
        return address.getHostAddress();
    }
}
