package offhook.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import offhook.telemetry.SipTraffic.Count;
import offhook.telemetry.SipTraffic.Message;
import offhook.telemetry.SipTraffic.Peer;
import offhook.telemetry.SipTraffic.Way;
import org.testng.annotations.Test;

public class SipTrafficTest {

    private final SipTraffic traffic = new SipTraffic();

    private List<Count> counted() {
        return traffic.counts().stream().filter(count -> count.messages() > 0).toList();
    }

    @Test
    public void whatWeWriteIsCountedByMethodAndStatus() {
        SipTraffic own = new SipTraffic();
        own.wrote(Peer.TRUNK, "INVITE sip:a@b SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n");
        own.wrote(
                Peer.BROWSER,
                "SIP/2.0 486 Busy Here\r\nVia: x\r\nCSeq: 1 INVITE\r\nTo: y\r\n\r\nbody");
        own.wrote(Peer.TRUNK, "SIP/2.0 200 OK\r\nVia: x\r\n\r\nCSeq: 1 BYE\r\n");
        own.wrote(Peer.TRUNK, "\r\n\r\n");
        own.wrote(Peer.TRUNK, "");

        assertThat(own.counts().stream().filter(count -> count.messages() > 0))
                .containsExactlyInAnyOrder(
                        new Count(new Message(Peer.TRUNK, Way.OUT, "INVITE", ""), 1),
                        new Count(new Message(Peer.BROWSER, Way.OUT, "INVITE", "486"), 1),
                        // Of a body nothing is read.
                        new Count(new Message(Peer.TRUNK, Way.OUT, SipTraffic.OTHER, "200"), 1));
    }

    @Test
    public void noPeerCanMakeCountsWithoutEnd() {
        for (int status = 100; status < 700; status++) {
            for (int invented = 0; invented < 20; invented++) {
                traffic.response(Peer.TRUNK, Way.IN, "INVENTED" + invented, status);
                traffic.request(Peer.TRUNK, Way.IN, "INVENTED" + invented);
            }
        }

        assertThat(counted()).hasSizeLessThan(100);
        assertThat(counted())
                .contains(
                        new Count(new Message(Peer.TRUNK, Way.IN, SipTraffic.OTHER, "486"), 20),
                        new Count(new Message(Peer.TRUNK, Way.IN, SipTraffic.OTHER, ""), 12_000));
    }

    @Test
    public void statusThatNobodyRegisteredIsCountedByItsClass() {
        SipTraffic own = new SipTraffic();
        own.response(Peer.TRUNK, Way.IN, "INVITE", 499);
        own.response(Peer.TRUNK, Way.IN, "INVITE", 699);

        assertThat(own.counts().stream().filter(count -> count.messages() > 0))
                .extracting(count -> count.message().status())
                .containsExactly("4xx", "6xx");
    }
}
