package offhook.media;

import java.net.InetAddress;
import offhook.net.PortPool;

/// Where one loop receives trunk media of one address family.
///
/// @param ports whose sockets receive it
/// @param told what trunks are told
record RtpHost(PortPool ports, InetAddress told) {}
