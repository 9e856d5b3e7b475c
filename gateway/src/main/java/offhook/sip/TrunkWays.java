package offhook.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import offhook.config.TrunkConfig;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The ways to one trunk. Any thread that may block.
final class TrunkWays {

    private static final Logger LOG = LogManager.getLogger(TrunkWays.class);

    /// RFC 3261 §18.1.1: what is longer may not go by UDP when the way's MTU is not known.
    static final int MOST_UDP_BYTES = 1300;

    private final TrunkConfig trunk;
    private final Outlets outlets;
    private final SipTrunks trunks;
    private final AtomicBoolean warned = new AtomicBoolean();

    TrunkWays(TrunkConfig trunk, Outlets outlets, SipTrunks trunks) {
        this.trunk = trunk;
        this.outlets = outlets;
        this.trunks = trunks;
    }

    /// The way to a host of the configuration.
    ///
    /// @param transport `udp` or `tcp`
    /// @throws IOException when there is none
    Way toward(String host, int port, String transport) throws IOException {
        return toward(InetAddress.getByName(host), port, transport);
    }

    /// The way to an address of a host of the configuration.
    Way toward(InetAddress address, int port, String transport) throws IOException {
        Outlet outlet = outlets.toward(transport, address);
        trunks.reaches(address, trunk);
        return new Way(address, port, outlet);
    }

    /// Whether requests that are too long for UDP may go by TCP: not when the configuration names
    /// the transport.
    boolean mayChange() {
        return trunk.outboundProxy()
                .or(trunk::uri)
                .map(TrunkUri::parse)
                .filter(uri -> !uri.transportNamed())
                .isPresent();
    }

    /// A request that is too long for UDP went by it all the same.
    void tooLong(int lengthBytes, String because) {
        if (warned.compareAndSet(false, true)) {
            LOG.warn(
                    "requests of {} bytes go to trunk={} by udp and may be lost, because {}; of"
                            + " further ones nothing is said",
                    lengthBytes,
                    trunk.name(),
                    because);
        }
    }
}
