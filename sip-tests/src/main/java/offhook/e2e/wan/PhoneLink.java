package offhook.e2e.wan;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import offhook.e2e.phone.PhoneMedia;

/// A link between one phone and the gateway: each is told that the other is here.
public final class PhoneLink extends Link {
    PhoneLink(Wan wan) {
        super(wan);
    }

    /// The phone's media as its call is to describe and inform it.
    ///
    /// @param announced a free port of the loopback address, where the gateway is to send
    public PhoneMedia carry(PhoneMedia media, int announced) {
        place(new InetSocketAddress(InetAddress.getLoopbackAddress(), media.port()), announced);
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
                    gatewayAt(new InetSocketAddress(host, Integer.parseInt(fields[1])));
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
        }
    }
}
