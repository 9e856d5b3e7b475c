package offhook.sip;

import java.io.IOException;
import java.net.InetAddress;

/// Where a host is, and by which of our listening points requests go there.
record Way(InetAddress address, int port, Outlet outlet) {

    /// Finds ways. May block.
    @FunctionalInterface
    interface Finder {

        /// Finds the way to a host of the configuration.
        ///
        /// @param transport `udp` or `tcp`
        /// @throws IOException when there is none
        Way toward(String host, int port, String transport) throws IOException;
    }
}
