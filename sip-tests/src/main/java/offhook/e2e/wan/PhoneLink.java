package offhook.e2e.wan;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import offhook.e2e.phone.PhoneMedia;
import offhook.e2e.process.Ports;

/// A link between one phone and the gateway: each is told that the other is here. Reports go by the
/// ports after those of audio (RFC 3550 §11), and meet what audio meets.
public final class PhoneLink extends Link {
    private final Link reports;

    PhoneLink(Wan wan) {
        this(wan, Ports.freePair());
    }

    private PhoneLink(Wan wan, int port) {
        super(wan, port, false);
        reports = new Link(wan, port + 1, false);
    }

    @Override
    public void impair(Script towardGateway, Script towardPeer) {
        super.impair(towardGateway, towardPeer);
        reports.impair(towardGateway, towardPeer);
    }

    /// The phone's media as its call is to describe and inform it.
    ///
    /// @param announced a free port of the loopback address, where the gateway is to send
    public PhoneMedia carry(PhoneMedia media, int announced) {
        InetAddress here = InetAddress.getLoopbackAddress();
        place(new InetSocketAddress(here, media.port()), announced);
        reports.place(new InetSocketAddress(here, media.port() + 1), announced + 1);
        return new Carried(media, announced);
    }

    private final class Carried implements PhoneMedia {
        private final PhoneMedia media;
        private final int announced;

        Carried(PhoneMedia media, int announced) {
            this.media = media;
            this.announced = announced;
        }

        @Override
        public int port() {
            return announced;
        }

        @Override
        public String describe(String sdp) {
            return media.describe(sdp);
        }

        @Override
        public void onSdp(String sdp) {
            var here = new StringBuilder();
            InetAddress host = InetAddress.getLoopbackAddress();
            for (String line : sdp.lines().toList()) {
                String changed = line;
                if (line.startsWith("c=IN IP4 ")) {
                    host = InetAddress.ofLiteral(line.substring(9).strip());
                    changed = "c=IN IP4 " + address().getAddress().getHostAddress();
                } else if (line.startsWith("m=audio ")) {
                    String[] fields = line.split(" ", -1);
                    int port = Integer.parseInt(fields[1]);
                    gatewayAt(new InetSocketAddress(host, port));
                    reports.gatewayAt(new InetSocketAddress(host, port + 1));
                    fields[1] = Integer.toString(address().getPort());
                    changed = String.join(" ", fields);
                }
                here.append(changed).append("\r\n");
            }
            media.onSdp(here.toString());
        }

        @Override
        public void stop() {
            media.stop();
        }

        @Override
        public void close() {
            media.close();
            PhoneLink.this.close();
            reports.close();
        }
    }
}
