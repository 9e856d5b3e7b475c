package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.CallIntake;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.config.LimitsConfig;
import offhook.config.Listen;
import offhook.config.NodeConfig;
import offhook.config.PortRange;
import offhook.config.SipConfig;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.runtime.NanoClock;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counters;
import org.testng.annotations.Test;

/// Many calls at once over networks that lose and double datagrams, each way, by dice of a known
/// seed. The phones send again by the timers of RFC 3261 §17.1 and nothing else.
public class LossyCallsTest {

    private static final int CALLS = 100;
    private static final long SEED = 20_260_714;
    private static final double TWICE = 0.02;
    private static final long T1_MILLIS = 500;
    private static final long T2_MILLIS = 4000;
    private static final long PATIENCE_MILLIS = 64 * T1_MILLIS;
    private static final String SDP =
            """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.2\r
            s=-\r
            c=IN IP4 127.0.0.2\r
            t=0 0\r
            m=audio 40000 RTP/AVP 8\r
            """;

    /// What the gateway's side saw of one call.
    private record Seen(AtomicInteger opened, AtomicInteger confirmed, AtomicInteger ended) {}

    /// Answers every call at once.
    private static final class Answering implements CallIntake {
        private final Map<String, Seen> calls = new ConcurrentHashMap<>();

        Seen seen(String callId) {
            return calls.computeIfAbsent(
                    callId,
                    _ -> new Seen(new AtomicInteger(), new AtomicInteger(), new AtomicInteger()));
        }

        @Override
        public CallInbox open(CallId id, IncomingCall incoming, Leg origin) {
            Seen seen = seen(incoming.externalId());
            seen.opened.incrementAndGet();
            Thread.startVirtualThread(() -> origin.answer(description()));
            return new CallInbox() {
                @Override
                public CallId callId() {
                    return id;
                }

                @Override
                public boolean offer(CallInput input) {
                    switch (input) {
                        case CallInput.LegConfirmed _ -> seen.confirmed.incrementAndGet();
                        case CallInput.LegEnded _ -> seen.ended.incrementAndGet();
                        default -> throw new AssertionError(input);
                    }
                    return true;
                }
            };
        }
    }

    /// A phone at the far end of a bad network.
    private static final class Far implements AutoCloseable {
        private final TextPhone phone;
        private final double loss;
        private final SplittableRandom dice;

        Far(TextPhone phone, double loss, long seed) {
            this.phone = phone;
            this.loss = loss;
            this.dice = new SplittableRandom(seed);
        }

        private void send(String message) throws IOException {
            if (dice.nextDouble() >= loss) {
                phone.send(message);
                if (dice.nextDouble() < TWICE) {
                    phone.send(message);
                }
            }
        }

        private String receive(long millis) throws IOException {
            String message = phone.receive((int) Math.max(1, millis));
            return dice.nextDouble() < loss ? "" : message;
        }

        /// Sends a request until its 200 came, or 64*T1 have passed.
        ///
        /// @return the 200; empty when none came
        private String ask(String request, String method) throws IOException {
            long began = millis();
            long next = began;
            long interval = T1_MILLIS;
            boolean again = true;
            while (millis() - began < PATIENCE_MILLIS) {
                if (again && millis() >= next) {
                    send(request);
                    next = millis() + interval;
                    interval =
                            method.equals("INVITE")
                                    ? 2 * interval
                                    : Math.min(2 * interval, T2_MILLIS);
                }
                String message = receive(again ? next - millis() : T1_MILLIS);
                boolean ours = TextPhone.header(message, "CSeq").endsWith(" " + method);
                if (ours && message.startsWith("SIP/2.0 200 ")) {
                    return message;
                }
                if (ours && message.startsWith("SIP/2.0 1") && method.equals("INVITE")) {
                    again = false;
                } else if (message.startsWith("SIP/2.0 200 ")) {
                    send(phone.ack("")); // the answer again: its ACK was lost
                }
            }
            return "";
        }

        /// One call.
        ///
        /// @return how long it took to be set up; -1 when it was not
        long call() throws IOException {
            long began = millis();
            String ok = ask(phone.invite(SDP), "INVITE");
            if (ok.isEmpty()) {
                return -1;
            }
            phone.follow(ok);
            send(phone.ack(""));
            long took = millis() - began;
            long until = millis() + T1_MILLIS;
            while (millis() < until) {
                if (receive(until - millis()).startsWith("SIP/2.0 200 ")) {
                    send(phone.ack(""));
                }
            }
            ask(phone.request("BYE", 2, phone.callId + "bye", ""), "BYE");
            return took;
        }

        @Override
        public void close() {
            phone.close();
        }
    }

    private static long millis() {
        return System.nanoTime() / 1_000_000;
    }

    @Test
    public void callsAreSetUpOnceEachAndNoneIsLeft() throws Exception {
        InetSocketAddress server;
        server = FreePorts.nextAddress();
        Answering intake = new Answering();
        SipEndpoint endpoint =
                new SipEndpoint(
                        new SipSettings(
                                new NodeConfig("test", Optional.empty()),
                                new SipConfig(
                                        List.of(new Listen("udp", server)),
                                        new PortRange(20000, 20100)),
                                List.of(Doors.trunk("pbx", "127.0.0.0/8")),
                                new LimitsConfig(
                                        500, 5000, Duration.ofSeconds(60), Duration.ofHours(1))),
                        new Counters(),
                        NanoClock.system());
        endpoint.start(intake);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> ids = new ArrayList<>();
            List<Future<Long>> some = start(threads, "127.0.0.2", server, 0.05, ids);
            List<Future<Long>> many = start(threads, "127.0.0.3", server, 0.20, ids);

            assertThat(setUp(some)).isEqualTo(CALLS);
            assertThat(setUp(many)).isGreaterThanOrEqualTo(CALLS * 99L / 100);
            awaitNone(endpoint);
            assertThat(ids)
                    .allSatisfy(id -> {
                        assertThat(intake.seen(id).opened).hasValueLessThanOrEqualTo(1);
                        assertThat(intake.seen(id).ended).hasValue(intake.seen(id).opened.get());
                        assertThat(intake.seen(id).confirmed).hasValueLessThanOrEqualTo(1);
                    });
        } finally {
            endpoint.stop();
        }
    }

    private static List<Future<Long>> start(
            ExecutorService threads,
            String host,
            InetSocketAddress server,
            double loss,
            List<String> ids)
            throws IOException {
        List<Future<Long>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            Far far = new Far(new TextPhone(host, server, "200"), loss, SEED + ids.size());
            ids.add(far.phone.callId);
            Callable<Long> call =
                    () -> {
                        try (far) {
                            return far.call();
                        }
                    };
            calls.add(threads.submit(call));
        }
        return calls;
    }

    /// How many were set up; the log shows how long that took.
    private static long setUp(List<Future<Long>> calls) throws Exception {
        List<Long> took = new ArrayList<>();
        for (Future<Long> call : calls) {
            took.add(call.get());
        }
        long[] times =
                took.stream().mapToLong(Long::longValue).filter(t -> t >= 0).sorted().toArray();
        System.out.printf(
                "%d of %d set up; p50 %d ms, p99 %d ms%n",
                times.length,
                took.size(),
                times[times.length / 2],
                times[Math.max(0, times.length - 2)]);
        return times.length;
    }

    /// Calls whose BYE was lost for good would end by their ACK or not at all.
    private static void awaitNone(SipEndpoint endpoint) {
        Await.until("the end of all dialogs", () -> endpoint.dialogs() == 0);
    }

    private static SessionDescription description() {
        try {
            return SdpParser.parse(SDP);
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }
}
