package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The thread that watches all sockets also reads them: none may keep it.
public class SocketReadingTest {

    private static final long WAIT_SECONDS = 30;

    /// Takes its time with messages that say so, until it is let go on.
    private static final class SlowPeer implements SocketPeer {

        final CountDownLatch busy = new CountDownLatch(1);
        final CountDownLatch mayGoOn = new CountDownLatch(1);
        final BlockingQueue<String> read = new LinkedBlockingQueue<>();
        final AtomicInteger atOnce = new AtomicInteger();
        final AtomicInteger mostAtOnce = new AtomicInteger();

        @Override
        public void onMessage(byte[] message) {
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            String text = new String(message, StandardCharsets.UTF_8);
            if (text.startsWith("slow")) {
                busy.countDown();
                await(mayGoOn);
            }
            read.add(text);
            atOnce.decrementAndGet();
        }

        @Override
        public void onPong() {}

        @Override
        public void onClosed() {}

        String next() throws InterruptedException {
            return read.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static SocketService phones(Supplier<SocketPeer> next) {
        return new SocketService() {
            @Override
            public SocketPeer opened(SocketLine line) {
                return next.get();
            }

            @Override
            public void revoked(String agent) {}
        };
    }

    private static WebSocket phone(WebGateway gateway) {
        return gateway.http
                .newWebSocketBuilder()
                .header("Origin", WebGateway.ORIGIN)
                .subprotocols("sip")
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + gateway.port() + "/sip"),
                        new WebSocket.Listener() {})
                .join();
    }

    /// As many as one address may have, so that each thread that watches has some of them.
    @Test
    public void messagesThatTakeTheirTimeKeepNobodyElseWaiting() throws Exception {
        List<SlowPeer> peers =
                IntStream.range(0, WebLimits.defaults().socketsPerAddress() - 2)
                        .mapToObj(_ -> new SlowPeer())
                        .toList();
        AtomicInteger opened = new AtomicInteger();
        List<WebSocket> phones = new ArrayList<>();
        try (WebGateway gateway =
                new WebGateway(
                        WebGateway.limits(),
                        WebGateway.agents(Duration.ZERO),
                        List.of(),
                        phones(() -> peers.get(opened.getAndIncrement())))) {
            Page alice = gateway.page("alice", "i");
            for (SlowPeer peer : peers) {
                WebSocket phone = phone(gateway);
                phone.sendText("slow message", true).join();
                phones.add(phone);
                await(peer.busy);
            }

            alice.roundTrip();
            Page bob = gateway.page("bob", "j");
            bob.roundTrip();

            assertThat(peers).allSatisfy(peer -> assertThat(peer.read).isEmpty());
            peers.forEach(peer -> peer.mayGoOn.countDown());
            for (SlowPeer peer : peers) {
                assertThat(peer.next()).isEqualTo("slow message");
            }
            phones.forEach(WebSocket::abort);
        }
    }

    /// It does not answer the close frame: the end of its connection is not up to it.
    @Test
    public void peerThatGoesOnAfterTheEndIsCutOff() throws Exception {
        try (WebGateway gateway = new WebGateway(WebGateway.limits(), Duration.ZERO);
                RawSocket socket = new RawSocket(gateway)) {
            socket.sendText("no JSON".getBytes(StandardCharsets.UTF_8));

            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 1_000_000; i++) {
                                    socket.sendText(new byte[] {'x'});
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
    }

    /// Each of these is a sign of life, and none of them the answer that we wait for.
    @DataProvider
    public static Object[][] drops() {
        // A whole frame; and, after the head of a long one, each time a byte of it.
        return new Object[][] {
            {new byte[0], new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'}},
            {new byte[] {(byte) 0x81, (byte) 0xfe, 0x7f, 0, 0, 0, 0, 0}, new byte[] {'x'}}
        };
    }

    @Test(dataProvider = "drops")
    public void peerThatDripsAfterTheEndIsCutOff(byte[] first, byte[] drop) throws Exception {
        try (WebGateway gateway = new WebGateway(WebGateway.limits(), Duration.ZERO);
                RawSocket socket = new RawSocket(gateway)) {
            socket.sendText("no JSON".getBytes(StandardCharsets.UTF_8));
            socket.send(first);

            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 10 * WAIT_SECONDS; i++) {
                                    socket.send(drop);
                                    Thread.sleep(100);
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
    }

    /// Keep-alives are dealt with at once, other messages are not: the order stays all the same.
    @Test
    public void messagesOfOneSocketAreReadInOrderAndOneAtATime() throws Exception {
        SlowPeer peer = new SlowPeer();
        try (WebGateway gateway =
                new WebGateway(
                        WebGateway.limits(),
                        WebGateway.agents(Duration.ZERO),
                        List.of(),
                        phones(() -> peer))) {
            WebSocket phone = phone(gateway);
            List<String> sent =
                    List.of("slow one", "\r\n", "two in parts", "\r\n", "three", "four");
            phone.sendText(sent.get(0), true).join();
            phone.sendText(sent.get(1), true).join();
            phone.sendPing(ByteBuffer.allocate(0)).join();
            phone.sendText("two", false).join();
            phone.sendText("", false).join();
            phone.sendText(" in parts", true).join();
            phone.sendText(sent.get(3), true).join();
            phone.sendBinary(ByteBuffer.wrap("thr".getBytes(StandardCharsets.UTF_8)), false).join();
            phone.sendBinary(ByteBuffer.allocate(0), false).join();
            phone.sendBinary(ByteBuffer.wrap("ee".getBytes(StandardCharsets.UTF_8)), true).join();
            phone.sendText(sent.get(5), true).join();
            await(peer.busy);
            assertThat(peer.read).isEmpty();

            peer.mayGoOn.countDown();

            for (String message : sent) {
                assertThat(peer.next()).isEqualTo(message);
            }
            assertThat(peer.mostAtOnce.get()).isEqualTo(1);
            phone.abort();
        }
    }

    /// What pages say all the time, to the letter; a blank more, and it is a message like others.
    @Test
    public void onlyTheUsualWordsAreDealtWithAtAGlance() {
        assertThat(MessageReader.usual("{\"type\":\"alive\",\"microphone\":\"ready\"}"))
                .isNotNull();
        assertThat(MessageReader.usual("{\"type\":\"pong\",\"n\":17}")).isNotNull();
        assertThat(MessageReader.usual("{\"type\":\"alive\", \"microphone\":\"ready\"}")).isNull();
        assertThat(MessageReader.usual("{\"type\":\"token\",\"token\":\"x\"}")).isNull();
        assertThat(MessageReader.usual("{\"type\":\"pong\",\"n\":-1}")).isNull();
        assertThat(MessageReader.usual("")).isNull();
    }
}
