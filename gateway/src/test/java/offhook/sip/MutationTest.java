package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import offhook.config.TrunkConfig;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.testng.annotations.Test;

public class MutationTest {

    private static final TrunkConfig TRUNK = Doors.trunk("pbx", "127.0.0.2");

    private static final int MUTANTS = 200_000;
    private static final long SEED = 0x5151_0a11L;

    private static final ThreadMXBean CPU = ManagementFactory.getThreadMXBean();

    private static final Set<String> REPLY_HEADERS =
            Set.of(
                    "via",
                    "from",
                    "to",
                    "call-id",
                    "cseq",
                    "allow",
                    "accept",
                    "unsupported",
                    "content-length");

    private static final List<String> SPLICES =
            List.of(
                    "\r\n",
                    "\n",
                    "\r",
                    "\0",
                    "%s%n",
                    ";;",
                    ",,",
                    "\"",
                    "<",
                    ">",
                    "@",
                    "[::",
                    ":::",
                    "-1",
                    "2147483648",
                    "18446744073709551616",
                    " ",
                    "\t",
                    "\\",
                    "Via: ",
                    "Content-Length: 9\r\n",
                    "\r\n\r\n",
                    "\u00c0\u0080",
                    "SIP/2.0",
                    "z9hG4bK");

    /// Of CPU, for one message.
    private static final long LIMIT_NANOS = 50_000_000L;

    @Test
    public void noMutantCausesMoreThanTheTypedException() {
        System.out.println("mutation seed " + SEED);
        Random random = new Random(SEED);
        Counters counters = new Counters();
        ContainedParser parser = new ContainedParser(counters);
        StatelessReply replies = new StatelessReply();
        List<byte[]> corpus = TortureMessages.all().stream().map(m -> m.bytes()).toList();
        int passed = 0;
        long slowestNanos = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = mutate(corpus.get(random.nextInt(corpus.size())), random);
            long startNanos = CPU.getCurrentThreadCpuTime();
            boolean survived = survives(mutant, replies, parser);
            long nanos = CPU.getCurrentThreadCpuTime() - startNanos;
            passed += survived ? 1 : 0;
            // The first ones load classes: what is slow of itself is slow again.
            for (int attempt = 0; attempt < 5 && nanos >= LIMIT_NANOS; attempt++) {
                long againNanos = CPU.getCurrentThreadCpuTime();
                assertThat(survives(mutant, replies, parser)).isEqualTo(survived);
                nanos = Math.min(nanos, CPU.getCurrentThreadCpuTime() - againNanos);
            }
            slowestNanos = Math.max(slowestNanos, nanos);
        }

        assertThat(passed).isBetween(MUTANTS / 50, MUTANTS);
        assertThat(slowestNanos).isLessThan(LIMIT_NANOS);
        System.out.println(
                "mutants that passed "
                        + passed
                        + ", contained parser failures "
                        + counters.get(Counter.SIP_PARSER_ERRORS)
                        + ", slowest us "
                        + slowestNanos / 1000);
    }

    @Test
    public void randomBytesCauseNoMoreThanTheTypedException() {
        Random random = new Random(SEED + 1);
        ContainedParser parser = new ContainedParser(new Counters());
        StatelessReply replies = new StatelessReply();
        int passed = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(600)];
            random.nextBytes(bytes);
            passed += survives(bytes, replies, parser) ? 1 : 0;
        }
        assertThat(passed).isZero();
    }

    /// Takes a message the way that the front door does; only the typed exception is caught.
    private static boolean survives(byte[] bytes, StatelessReply replies, ContainedParser parser) {
        RawMessage message;
        try {
            message = MessageReader.read(bytes, 0, bytes.length);
        } catch (SipRequestException e) {
            MessageReader.salvage(bytes, 0, bytes.length)
                    .flatMap(request -> answer(replies, request, e))
                    .ifPresent(MutationTest::assertClean);
            return false;
        }
        try {
            int length = MessageValidator.check(message, false);
            if (length < 0 || length > bytes.length) {
                throw new AssertionError("a message of " + length + " of " + bytes.length);
            }
            if (!message.isResponse()) {
                RequestPolicy.check(message, length - message.headerLengthBytes(), TRUNK);
            }
            parser.check(Arrays.copyOf(bytes, length));
            return true;
        } catch (SipRequestException e) {
            answer(replies, message, e).ifPresent(MutationTest::assertClean);
            return false;
        }
    }

    private static Optional<byte[]> answer(
            StatelessReply replies, RawMessage request, SipRequestException why) {
        return replies.answer(
                request,
                why.verdict().sipStatus(),
                why.answerHeaders(),
                Doors.address("192.0.2.1"),
                5060);
    }

    /// Every reply is cut at CR LF only, and holds nothing but the headers of a reply.
    private static void assertClean(byte[] reply) {
        try {
            RawMessage read = MessageReader.read(reply, 0, reply.length);
            boolean clean =
                    read.isResponse()
                            && read.headersComplete()
                            && read.availableBodyBytes() == 0
                            && read.headers().stream()
                                    .allMatch(h -> REPLY_HEADERS.contains(h.name()));
            if (!clean) {
                throw new AssertionError("not a clean reply: " + read);
            }
        } catch (SipRequestException e) {
            throw new AssertionError("a reply that cannot be read", e);
        }
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int edits = 1 + random.nextInt(4); edits > 0 && bytes.length > 1; edits--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes = splice(bytes, at, at + 1, new byte[0]);
                case 2 -> {
                    String splice = SPLICES.get(random.nextInt(SPLICES.size()));
                    bytes = splice(bytes, at, at, splice.getBytes(StandardCharsets.ISO_8859_1));
                }
                case 3 -> {
                    int end = Math.min(bytes.length, at + random.nextInt(60));
                    bytes = splice(bytes, at, at, Arrays.copyOfRange(bytes, at, end));
                }
                default -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
            }
        }
        return bytes;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] insert) {
        byte[] out = new byte[bytes.length - (to - from) + insert.length];
        System.arraycopy(bytes, 0, out, 0, from);
        System.arraycopy(insert, 0, out, from, insert.length);
        System.arraycopy(bytes, to, out, from + insert.length, bytes.length - to);
        return out;
    }
}
