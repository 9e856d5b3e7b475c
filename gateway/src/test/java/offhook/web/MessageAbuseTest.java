package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import offhook.telemetry.Counter;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Messages that no page sends: each ends its own socket with the right code and nobody else's.
public class MessageAbuseTest {

    private WebGateway gateway;
    private Page bystander;
    private boolean stopped;

    @BeforeMethod
    public void start() throws Exception {
        gateway = new WebGateway(WebGateway.limits(), Duration.ofSeconds(5));
        bystander = gateway.page("bob", "bystander");
        stopped = false;
    }

    @AfterMethod(alwaysRun = true)
    public void stop() throws Exception {
        try {
            if (!stopped) {
                bystander.roundTrip();
            }
        } finally {
            gateway.close();
        }
    }

    @Test
    public void socketWithoutHelloIsClosed() throws Exception {
        try (WebGateway quick =
                new WebGateway(
                        WebGateway.with(Duration.ofMillis(100), Duration.ofSeconds(60)),
                        Duration.ofSeconds(5))) {
            assertThat(quick.connect().closeCode()).isEqualTo(4408);
        }
    }

    @Test
    public void anotherMessageBeforeHelloIsClosed() throws Exception {
        Page page = gateway.connect();

        page.send("{\"type\":\"ping\",\"n\":1}");

        assertThat(page.closeCode()).isEqualTo(4401);
    }

    @Test
    public void messageOverTheLimitIsClosed() throws Exception {
        Page page = gateway.page("alice", "i");

        page.send("{\"type\":\"ping\",\"n\":1" + " ".repeat(65_536) + "}");

        assertThat(page.closeCode()).isEqualTo(1009);
    }

    @Test
    public void messageOverTheLimitInFragmentsIsClosed() throws Exception {
        Page page = gateway.page("alice", "i");
        String fragment = " ".repeat(16_384);

        page.sendFragment(fragment, false);
        page.sendFragment(fragment, false);
        page.sendFragment(fragment, false);
        page.sendFragment(fragment, false);
        page.sendFragment(fragment, true);

        assertThat(page.closeCode()).isEqualTo(1009);
    }

    @Test
    public void tinyFragmentsWithoutEndAreClosed() throws Exception {
        Page page = gateway.page("alice", "i");

        assertFloodIsClosed(page, 10_000, () -> page.sendFragment(" ", false));
    }

    /// Who still sends while the gateway closes may find the connection gone before having read the
    /// close frame; that the gateway refused is counted in any case.
    private void assertFloodIsClosed(Page page, int times, Runnable send) throws Exception {
        long before = gateway.counters.get(Counter.WEB_REFUSED_MESSAGE);
        try {
            for (int i = 0; i < times && !page.isClosed(); i++) {
                send.run();
            }
            assertThat(page.closeCode()).isEqualTo(1008);
        } catch (CompletionException | ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(IOException.class);
        }
        assertThat(gateway.counters.get(Counter.WEB_REFUSED_MESSAGE)).isEqualTo(before + 1);
    }

    @Test
    public void binaryIsClosed() throws Exception {
        Page page = gateway.page("alice", "i");

        page.sendBinary("{\"type\":\"ping\",\"n\":1}".getBytes());

        assertThat(page.closeCode()).isEqualTo(1003);
    }

    @Test
    public void tooManyMessagesAreClosed() throws Exception {
        Page page = gateway.page("alice", "i");

        assertFloodIsClosed(page, 60, () -> page.send("{\"type\":\"ping\",\"n\":1}"));
    }

    @DataProvider
    public Object[][] notUnderstood() {
        return new Object[][] {
            {"not json"},
            {""},
            {"{"},
            {"[{\"type\":\"ping\",\"n\":1}]"},
            {"{\"type\":\"ping\",\"n\":1} {}"},
            {"{\"type\":\"ping\",\"n\":1}x"},
            {"{\"type\":\"ping\",\"n\":1,\"n\":2}"},
            {"{\"type\":\"ping\",\"type\":\"pong\",\"n\":2}"},
            {"{\"type\":\"ping\",\"n\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}"},
            {"{\"type\":\"ping\",\"n\":1" + "0".repeat(400) + "}"},
            {"{'type':'ping','n':1}"},
            {"{\"type\":\"ping\",\"n\":NaN}"},
            {"// comment\n{\"type\":\"ping\",\"n\":1}"},
            {"{\"" + "k".repeat(1_000) + "\":1}"},
        };
    }

    @Test(dataProvider = "notUnderstood")
    public void whatIsNotOneObjectWithinTheLimitsIsClosed(String text) throws Exception {
        Page page = gateway.page("alice", "i");

        page.send(text);

        assertThat(page.expect("error")).contains("31100");
        assertThat(page.closeCode()).isEqualTo(4400);
    }

    @DataProvider
    public Object[][] refused() {
        return new Object[][] {
            {"{\"type\":\"ping\",\"n\":1,\"admin\":true}", "admin"},
            {"{\"type\":\"launch\"}", "launch"},
            {"{\"n\":1}", "'type'"},
            {"{\"type\":\"ping\",\"n\":-1}", "'n'"},
            {"{\"type\":\"ping\",\"n\":1e400}", "'n'"},
            {"{\"type\":\"ping\",\"n\":99999999999999999999}", "'n'"},
            {"{\"type\":\"ping\",\"n\":\"1\"}", "'n'"},
            {"{\"type\":\"ping\",\"n\":{\"a\":1}}", "'n'"},
            {"{\"type\":\"presence\",\"state\":\"busy\"}", "'state'"},
            {"{\"type\":\"accept\",\"call\":\"x\",\"sdp\":\"v=0\"}", "'call'"},
            {"{\"type\":\"hangup\"}", "'call'"},
        };
    }

    @Test(dataProvider = "refused")
    public void objectThatIsWrongInsideIsRefusedByNameAndTheSocketStays(String text, String named)
            throws Exception {
        Page page = gateway.page("alice", "i");

        page.send(text);

        assertThat(page.expect("error")).contains("31100").contains(named);
        page.roundTrip();
    }

    @Test
    public void invalidUtf8IsClosed() throws Exception {
        try (RawSocket raw = new RawSocket(gateway)) {
            raw.sendText(new byte[] {(byte) 0xc3, (byte) 0x28});

            assertThat(raw.readCloseCode()).isEqualTo(1007);
        }
    }

    @Test
    public void compressionIsNotNegotiated() throws Exception {
        try (RawSocket raw = new RawSocket(gateway)) {
            assertThat(raw.upgradeResponse())
                    .contains("101")
                    .doesNotContainIgnoringCase("permessage-deflate");
        }
    }

    @Test
    public void fourthPageOfAnAgentIsClosed() throws Exception {
        gateway.page("alice", "1");
        gateway.page("alice", "2");
        gateway.page("alice", "3");

        Page fourth = gateway.connect();
        fourth.hello(gateway.token("alice"), "4", "available");

        assertThat(fourth.expect("error")).contains("31208");
        assertThat(fourth.closeCode()).isEqualTo(1013);
    }

    @Test
    public void strangersOfOneAddressAreBoundedAndSignedInPagesAreNot() throws Exception {
        int allowed = 0;
        int status = 101;
        while (status == 101 && allowed < 40) {
            try {
                gateway.connect();
                allowed++;
            } catch (CompletionException e) {
                status = ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode();
            }
        }

        assertThat(allowed).isEqualTo(20);
        assertThat(status).isEqualTo(503);
        bystander.roundTrip();
    }

    /// Who is told that it may come in is not turned out again.
    @Test
    public void strangersWhoComeAtOnceAreBoundedBeforeTheyAreLetIn() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        Queue<Page> allowed = new ConcurrentLinkedQueue<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 60; i++) {
                threads.execute(() -> {
                    try {
                        allowed.add(gateway.connect());
                    } catch (CompletionException e) {
                        refused.addAndGet(
                                e.getCause() instanceof WebSocketHandshakeException ? 1 : 0);
                    }
                });
            }
        }

        assertThat(allowed).hasSize(20);
        assertThat(refused).hasValue(40);
    }

    /// Handshakes of peers that are gone take no place for good.
    @Test
    public void placesOfBrokenHandshakesAreGivenBack() throws Exception {
        for (int i = 0; i < 60; i++) {
            try (Socket socket = new Socket("127.0.0.1", gateway.port())) {
                socket.getOutputStream()
                        .write(
                                """
                                GET /agent HTTP/1.1\r
                                Host: localhost\r
                                Origin: %s\r
                                Upgrade: websocket\r
                                Connection: Upgrade\r
                                Sec-WebSocket-Version: 13\r
                                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                                \r
                                """
                                        .formatted(WebGateway.ORIGIN)
                                        .getBytes(StandardCharsets.US_ASCII));
                socket.setSoLinger(true, 0); // its end is a reset
            }
        }

        int let = 0;
        for (int attempt = 0; let < 20; attempt++) {
            assertThat(attempt).as("attempts, with %d let in", let).isLessThan(2_000);
            try {
                gateway.connect();
                let++;
            } catch (CompletionException e) {
                Thread.sleep(10); // the ends of the others are still being read
            }
        }
    }

    @Test
    public void pageThatAnswersNoPingIsClosed() throws Exception {
        try (WebGateway quick =
                new WebGateway(
                        WebGateway.with(Duration.ofSeconds(60), Duration.ofMillis(100)),
                        Duration.ofSeconds(5))) {
            Page silent = quick.page("alice", "i");

            silent.await("ping");
            silent.await("ping");

            assertThat(silent.closeCode()).isEqualTo(4408);
        }
    }

    @Test
    public void slowRequestIsCutOff() throws Exception {
        try (WebGateway quick =
                        new WebGateway(
                                WebGateway.with(
                                        Duration.ofSeconds(60),
                                        Duration.ofSeconds(60),
                                        Duration.ofSeconds(1)),
                                Duration.ofSeconds(5));
                Socket socket = new Socket("127.0.0.1", quick.port())) {
            socket.setSoTimeout(9_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ".getBytes());

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    public void stoppingServerClosesItsSockets() throws Exception {
        Page page = gateway.page("alice", "i");
        stopped = true;

        gateway.stopServer();

        assertThat(page.closeCode()).isEqualTo(1001);
    }
}
