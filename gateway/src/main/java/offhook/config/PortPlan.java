package offhook.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which ports the file gives away, so that none is given away twice.
final class PortPlan {

    /// @param value where the file says so; empty: a default
    private record Claim(
            String label,
            boolean udp,
            Optional<InetAddress> address,
            int first,
            int last,
            Optional<Value> value) {

        boolean overlaps(Claim other) {
            return udp == other.udp
                    && first <= other.last
                    && other.first <= last
                    && (anywhere() || other.anywhere() || address.equals(other.address));
        }

        private boolean anywhere() {
            return address.map(InetAddress::isAnyLocalAddress).orElse(true);
        }

        String ports() {
            String range = first == last ? "port " + first : "ports " + first + "-" + last;
            return (udp ? "UDP " : "TCP ") + range;
        }
    }

    private final List<Claim> claims = new ArrayList<>();

    void listener(String label, Listen listen, Optional<Value> value) {
        int port = listen.address().getPort();
        if (port != 0) { // 0: whatever is free
            claim(
                    new Claim(
                            label,
                            listen.scheme().equals("udp"),
                            Optional.of(listen.address().getAddress()),
                            port,
                            port,
                            value));
        }
    }

    void rtp(String label, PortRange range, Optional<Value> value) {
        claim(new Claim(label, true, Optional.empty(), range.first(), range.last(), value));
    }

    private void claim(Claim claim) {
        for (Claim other : claims) {
            if (claim.overlaps(other)) {
                Claim told = claim.value().isPresent() ? claim : other;
                Claim taken = claim.value().isPresent() ? other : claim;
                told.value()
                        .ifPresent(v ->
                                v.problem("overlaps " + taken.ports() + " of " + taken.label()));
                return;
            }
        }
        claims.add(claim);
    }
}
