package offhook.sip;

import java.net.InetAddress;

/// Where a host is, and by which of our listening points requests go there.
record Way(InetAddress address, int port, Outlet outlet) {}
