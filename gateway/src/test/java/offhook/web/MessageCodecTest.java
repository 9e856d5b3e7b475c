package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import offhook.agent.Presence;
import offhook.call.CallDetails;
import offhook.call.CallDetails.Verification;
import offhook.call.CallId;
import offhook.call.Diversion;
import offhook.call.EndCause;
import offhook.call.LegQuality;
import offhook.call.Party;
import offhook.call.TransferReport;
import offhook.call.UserToUser;
import offhook.call.Visitor;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The codec and the JSON Schema of the protocol agree, and the reader survives anything.
public class MessageCodecTest {

    private static final CallId CALL = CallId.next();
    private static final String HOSTILE = "</script>\r\n\u0000\u202e\"\\${jndi:ldap://x} ñ 😀";

    private static final Optional<TurnCredentials.Server> TURN =
            Optional.of(
                    new TurnCredentials.Server(
                            List.of("turn:turn.example.com:3478"),
                            "1767225600:alice",
                            "c2VjcmV0",
                            Duration.ofHours(1)));

    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(
                    SpecificationVersion.DRAFT_2020_12,
                    builder -> builder.schemas(Map.of("urn:offhook:agent-protocol:1", text())));

    @DataProvider
    public Object[][] messagesOfPages() {
        return new Object[][] {
            {
                "{\"type\":\"hello\",\"version\":1,\"token\":\"t\",\"instance\":\"i\",\"state\":\"away\"}",
                new ClientMessage.Hello(1, "t", "i", false)
            },
            {"{\"type\":\"token\",\"token\":\"t\"}", new ClientMessage.Token("t")},
            {"{\"type\":\"presence\",\"state\":\"available\"}", new ClientMessage.Presence(true)},
            {
                "{\"type\":\"dial\",\"request\":\"r-1_A\",\"to\":\"+34 911\",\"sdp\":\"v=0\"}",
                new ClientMessage.Dial("r-1_A", "+34 911", "v=0", false, Map.of())
            },
            {
                "{\"type\":\"dial\",\"request\":\"r\",\"to\":\"911\",\"sdp\":\"v=0\",\"withheld\":true,"
                        + "\"headers\":{\"X-Case\":\"4711\",\"any text\":\"\"}}",
                new ClientMessage.Dial(
                        "r", "911", "v=0", true, Map.of("X-Case", "4711", "any text", ""))
            },
            {"{\"type\":\"ringing\",\"call\":\"" + CALL + "\"}", new ClientMessage.Ringing(CALL)},
            {
                "{\"sdp\":\"v=0\\r\\n\",\"call\":\"" + CALL + "\",\"type\":\"accept\"}",
                new ClientMessage.Accept(CALL, "v=0\r\n")
            },
            {
                "{\"type\":\"hello\",\"version\":1,\"token\":\"t\",\"instance\":\"i\","
                        + "\"state\":\"away\",\"resume\":\"abc\"}",
                new ClientMessage.Hello(1, "t", "i", false, Optional.of("abc"))
            },
            {
                "{\"type\":\"candidate\",\"call\":\"" + CALL + "\",\"candidate\":\"x\"}",
                new ClientMessage.Candidate(CALL, "x")
            },
            {
                "{\"type\":\"reoffer\",\"call\":\""
                        + CALL
                        + "\",\"request\":\"r1\",\"sdp\":\"v=0\"}",
                new ClientMessage.Reoffer(CALL, "r1", "v=0")
            },
            {"{\"type\":\"decline\",\"call\":\"" + CALL + "\"}", new ClientMessage.Decline(CALL)},
            {"{\"type\":\"hold\",\"call\":\"" + CALL + "\"}", new ClientMessage.Hold(CALL, true)},
            {
                "{\"type\":\"unhold\",\"call\":\"" + CALL + "\"}",
                new ClientMessage.Hold(CALL, false)
            },
            {
                ofCall("transfer", "\"to\":\"300\","),
                new ClientMessage.Transfer(CALL, "300", false, Map.of())
            },
            {
                ofCall("consult", "\"headers\":{\"X-Case\":\"4711\"},\"to\":\"300\","),
                new ClientMessage.Transfer(CALL, "300", true, Map.of("X-Case", "4711"))
            },
            {"{\"type\":\"complete\",\"call\":\"" + CALL + "\"}", new ClientMessage.Complete(CALL)},
            {"{\"type\":\"cancel\",\"call\":\"" + CALL + "\"}", new ClientMessage.Cancel(CALL)},
            {"{\"type\":\"pong\",\"n\":17}", new ClientMessage.Pong(17)},
            {
                "{\"type\":\"alive\",\"microphone\" : \"ready\"}",
                new ClientMessage.Alive(ClientMessage.Microphone.READY)
            },
            {"{\"type\":\"pull\",\"call\":\"" + CALL + "\"}", new ClientMessage.Pull(CALL)},
            {"{\"type\":\"hangup\",\"call\":\"" + CALL + "\"}", new ClientMessage.HangUp(CALL)},
            {ofCall("note", "\"text\":\"\","), new ClientMessage.Note(CALL, "")},
            {
                ofCall("note", "\"text\":\"wants a\\ncall back\","),
                new ClientMessage.Note(CALL, "wants a\ncall back")
            },
            {
                ofCall("quality", "\"rtt-millis\":40,\"loss-permille\":12,\"mos-hundredths\":431,")
                        .replace("}", ",\"codec\":\"opus\",\"candidate\":\"host\"}"),
                new ClientMessage.Quality(CALL, figures())
            },
            {
                ofCall("warning", "\"name\":\"packet-loss\",\"of\":\"average-loss\",\"up\":true,"),
                new ClientMessage.Warning(CALL, "packet-loss", "average-loss", true)
            },
            {
                "{\"type\":\"echo\",\"request\":\"r\",\"sdp\":\"v=0\"}",
                new ClientMessage.Echo("r", "v=0")
            },
            {
                "{\"type\":\"alive\",\"microphone\":\"denied\"}",
                new ClientMessage.Alive(ClientMessage.Microphone.DENIED)
            },
            {"{\"type\":\"ping\",\"n\":0}", new ClientMessage.Ping(0)},
            {
                "{\"type\":\"pong\",\"n\":9007199254740991}",
                new ClientMessage.Pong(9007199254740991L)
            },
        };
    }

    @Test(dataProvider = "messagesOfPages")
    public void messageOfAPageIsReadAndFitsTheSchema(String text, ClientMessage expected)
            throws Exception {
        assertThat(MessageReader.read(text)).isEqualTo(expected);
        assertThat(expected.type()).isEqualTo(WebGateway.field(text, "type"));
        assertThat(schema("from-page").validate(text, InputFormat.JSON)).isEmpty();
    }

    @Test
    public void everyMessageThereIsWasCheckedAgainstTheSchema() {
        assertThat(kinds(messagesOfPages(), 1))
                .containsExactlyInAnyOrderElementsOf(records(ClientMessage.class));
        assertThat(kinds(messagesOfTheGateway(), 0))
                .containsExactlyInAnyOrderElementsOf(records(ServerMessage.class));
    }

    private static Set<Class<?>> records(Class<?> kind) {
        return kind.isSealed()
                ? Arrays.stream(kind.getPermittedSubclasses())
                        .flatMap(each -> records(each).stream())
                        .collect(Collectors.toSet())
                : Set.of(kind);
    }

    private static Set<Class<?>> kinds(Object[][] rows, int column) {
        return Arrays.stream(rows)
                .<Class<?>>map(row -> row[column].getClass())
                .collect(Collectors.toSet());
    }

    @DataProvider
    public Object[][] badMessagesOfPages() {
        return new Object[][] {
            {"{}"},
            {
                "{\"type\":\"hello\",\"version\":2,\"token\":\"t\",\"instance\":\"i\",\"state\":\"away\"}"
            },
            {
                "{\"type\":\"hello\",\"version\":1,\"token\":\"\",\"instance\":\"i\",\"state\":\"away\"}"
            },
            {"{\"type\":\"hello\",\"version\":1,\"token\":\"t\",\"instance\":\"i\"}"},
            {"{\"type\":\"presence\",\"state\":\"busy\"}"},
            {"{\"type\":\"ringing\",\"call\":\"ABCDEFABCDEFABCDEFABCDEF\"}"},
            {"{\"type\":\"accept\",\"call\":\"" + CALL + "\"}"},
            {"{\"type\":\"dial\",\"request\":\"r\",\"to\":\"911\"}"},
            {"{\"type\":\"dial\",\"to\":\"911\",\"sdp\":\"v=0\"}"},
            {"{\"type\":\"dial\",\"request\":\"a b\",\"to\":\"911\",\"sdp\":\"v=0\"}"},
            {"{\"type\":\"dial\",\"request\":\"r\",\"to\":\"\",\"sdp\":\"v=0\"}"},
            {
                "{\"type\":\"dial\",\"request\":\"r\",\"to\":\"911\",\"sdp\":\"v=0\",\"call\":\""
                        + CALL
                        + "\"}"
            },
            {dialWith("\"withheld\":\"yes\"")},
            {dialWith("\"withheld\":1")},
            {dialWith("\"headers\":[\"X-Case\"]")},
            {dialWith("\"headers\":{\"X-Case\":1}")},
            {dialWith("\"headers\":{\"X-Case\":{\"a\":\"b\"}}")},
            {dialWith("\"headers\":{" + seventeen() + "}")},
            {"{\"type\":\"decline\",\"call\":null}"},
            {"{\"type\":\"hangup\",\"call\":\"" + CALL + "\",\"reason\":\"x\"}"},
            {ofCall("note", "")},
            {ofCall("note", "\"text\":1,")},
            {ofCall("note", "\"text\":\"" + "x".repeat(1001) + "\",")},
            {ofCall("quality", "\"rtt-millis\":60001,")},
            {ofCall("quality", "\"rtt-millis\":-1,")},
            {ofCall("quality", "\"rtt-millis\":\"40\",")},
            {ofCall("quality", "\"codec\":\"a b\",")},
            {ofCall("quality", "\"candidate\":\"192.0.2.1\",")},
            {ofCall("quality", "\"note\":\"x\",")},
            {ofCall("warning", "\"name\":\"bad\",\"of\":\"rtt\",\"up\":true,")},
            {ofCall("warning", "\"name\":\"low-mos\",\"of\":\"x\",\"up\":true,")},
            {ofCall("warning", "\"name\":\"low-mos\",\"of\":\"mos\",")},
            {"{\"type\":\"echo\",\"sdp\":\"v=0\"}"},
            {"{\"type\":\"alive\"}"},
            {"{\"type\":\"alive\",\"microphone\":\"loud\"}"},
            {"{\"type\":\"ping\",\"n\":-1}"},
            {"{\"type\":\"ping\",\"n\":1.5}"},
            {"{\"type\":\"pong\",\"n\":9007199254740992}"},
            {"{\"type\":\"welcome\"}"},
        };
    }

    private static String ofCall(String type, String fields) {
        return "{\"type\":\"" + type + "\"," + fields + "\"call\":\"" + CALL + "\"}";
    }

    private static PageFigures figures() {
        return new PageFigures(
                "opus",
                "host",
                40,
                Double.NaN,
                1.2,
                Double.NaN,
                4.31,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                Double.NaN);
    }

    private static String dialWith(String more) {
        return "{\"type\":\"dial\",\"request\":\"r\",\"to\":\"911\",\"sdp\":\"v=0\"," + more + "}";
    }

    private static String seventeen() {
        return IntStream.rangeClosed(1, 17)
                .mapToObj(i -> "\"X-" + i + "\":\"\"")
                .collect(Collectors.joining(","));
    }

    @Test(dataProvider = "badMessagesOfPages")
    public void whatTheSchemaRefusesTheReaderRefuses(String text) {
        assertThat(schema("from-page").validate(text, InputFormat.JSON)).isNotEmpty();
        assertThatThrownBy(() -> MessageReader.read(text)).isInstanceOf(MessageException.class);
    }

    @DataProvider
    public Object[][] messagesOfTheGateway() {
        return new Object[][] {
            {new ServerMessage.Quality(CALL, LegQuality.unmeasured("opus"), "a trouble")},
            {
                new ServerMessage.Welcome(
                        "alice", HOSTILE, Presence.BUSY, 10, 3, List.of(CALL), "r", TURN)
            },
            {
                new ServerMessage.Welcome(
                        "alice", "", Presence.AVAILABLE, 10, 3, List.of(), "r", Optional.empty())
            },
            {new ServerMessage.IceServers(TURN.orElseThrow())},
            {new ServerMessage.Token(true, 300)},
            {new ServerMessage.Token(false, 0)},
            {new ServerMessage.Reanswered(CALL, "r1", "v=0\r\n")},
            {new ServerMessage.ReofferRefused(CALL, "r1", WebError.BAD_SDP.object(HOSTILE))},
            {
                new ServerMessage.Resumed(
                        CALL, Optional.empty(), "+34911", new CallSheet(() -> 0).standing())
            },
            {
                new ServerMessage.Resumed(
                        CALL,
                        Optional.of(incoming(new Party(HOSTILE, HOSTILE), CallDetails.NONE)),
                        "",
                        new CallSheet.Standing(
                                CallSheet.Progress.CONNECTED,
                                71,
                                true,
                                false,
                                "12#",
                                Optional.of(new Party("200", HOSTILE)),
                                Optional.of(
                                        new CallSheet.Running(
                                                "300", true, new TransferReport.Trying()))))
            },
            {new ServerMessage.PresenceChanged(Presence.AWAY, "")},
            {new ServerMessage.PresenceChanged(Presence.UNREACHABLE, "page-asleep")},
            {
                new ServerMessage.Elsewhere(
                        List.of(
                                new ServerMessage.Elsewhere.Held(
                                        CALL, Optional.of(new Party("1", HOSTILE)), "200"),
                                new ServerMessage.Elsewhere.Held(CALL, Optional.empty(), "300")))
            },
            {new ServerMessage.Draining(true)},
            {incoming(new Party(HOSTILE, HOSTILE), CallDetails.NONE)},
            {
                incoming(
                        Party.WITHHELD,
                        CallDetails.ofAgent("alice", true, Map.of("X-Case", "4711")))
            },
            {
                incoming(
                        new Party("+1202", ""),
                        new CallDetails(
                                false,
                                Verification.FAILED,
                                List.of(
                                        new Diversion(new Party(HOSTILE, HOSTILE), "user-busy"),
                                        new Diversion(Party.WITHHELD, "unknown")),
                                Optional.of(
                                        new UserToUser(
                                                HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)),
                                Map.of("X-Case", HOSTILE)))
            },
            {new ServerMessage.Dialled("r-1_A", CALL)},
            {new ServerMessage.DialRefused("r-1_A", WebError.BAD_NUMBER.object())},
            {new ServerMessage.DialRefused("r-1_A", WebError.BAD_SDP.object(HOSTILE))},
            {new ServerMessage.Ringing(CALL)},
            {new ServerMessage.Progress(CALL)},
            {new ServerMessage.Accepted(CALL, "v=0\r\n")},
            {
                new ServerMessage.Ended(
                        CALL, EndCause.hangUp(EndCause.By.CALLER), EndTexts.Seat.CALLER)
            },
            {new ServerMessage.Connected(CALL, Map.of())},
            {new ServerMessage.Connected(CALL, Map.of("X-Case", HOSTILE))},
            {
                new ServerMessage.Ended(
                        CALL,
                        EndCause.hangUp(EndCause.By.CALLER).with(Map.of("X-Case", HOSTILE)),
                        EndTexts.Seat.CALLEE)
            },
            {new ServerMessage.Digit(CALL, '*')},
            {new ServerMessage.Hold(CALL, true, false)},
            {new ServerMessage.TalksTo(CALL, new Party("300", HOSTILE))},
            {new ServerMessage.Transfer(CALL, new TransferReport.Trying())},
            {new ServerMessage.Transfer(CALL, new TransferReport.Ringing())},
            {new ServerMessage.Transfer(CALL, new TransferReport.Consulting())},
            {new ServerMessage.Transfer(CALL, new TransferReport.Done())},
            {new ServerMessage.Transfer(CALL, new TransferReport.Failed(EndCause.declined()))},
            {new ServerMessage.Transfer(CALL, new TransferReport.Refused(EndCause.declined()))},
            {new ServerMessage.Noted(CALL)},
            {
                new ServerMessage.Ended(
                        CALL, EndCause.hangUp(EndCause.By.CALLER), EndTexts.Seat.CALLEE)
            },
            {
                new ServerMessage.Ended(
                        CALL, EndCause.hangUp(EndCause.By.GATEWAY), EndTexts.Seat.CALLEE)
            },
            {
                new ServerMessage.Ended(
                        CALL, EndCause.hangUp(EndCause.By.OPERATOR), EndTexts.Seat.CALLEE)
            },
            {new ServerMessage.Ended(CALL, EndCause.cancelled(), EndTexts.Seat.CALLEE)},
            {new ServerMessage.Ended(CALL, EndCause.declined(), EndTexts.Seat.CALLEE)},
            {
                new ServerMessage.Ended(
                        CALL, EndCause.gateway("odd", 500, 41, HOSTILE), EndTexts.Seat.CALLEE)
            },
            {
                new ServerMessage.Ended(
                        CALL, EndCause.gateway("odd", 500, 41, ""), EndTexts.Seat.CALLEE)
            },
            {new ServerMessage.Refused(WebError.BAD_SDP.object(HOSTILE), Optional.of(CALL))},
            {new ServerMessage.Refused(WebError.TOO_MANY.object(), Optional.empty())},
            {new ServerMessage.Ping(1)},
            {new ServerMessage.Pong(9007199254740991L)},
        };
    }

    private static ServerMessage.Incoming incoming(Party from, CallDetails details) {
        return new ServerMessage.Incoming(CALL, from, HOSTILE, HOSTILE, details);
    }

    @Test(dataProvider = "messagesOfTheGateway")
    public void messageOfTheGatewayFitsTheSchema(ServerMessage message) {
        String text = MessageWriter.write(message);

        assertThat(schema("from-gateway").validate(text, InputFormat.JSON)).isEmpty();
        assertThat(text).doesNotContain("\r", "\n", "\u0000");
    }

    @Test
    public void incomingCallSaysWhatIsKnownOfIt() {
        String text =
                MessageWriter.write(
                        new ServerMessage.Incoming(
                                CALL,
                                new Party("+1202", "Ann"),
                                "200",
                                "pbx",
                                new CallDetails(
                                        false,
                                        Verification.PASSED,
                                        List.of(new Diversion(new Party("1", "S"), "away")),
                                        Optional.of(new UserToUser("41", "hex", "c", "p", "A")),
                                        Map.of("X-Case", "4711"),
                                        Optional.of(new Visitor("shop", Map.of("name", HOSTILE))),
                                        Optional.empty())));

        assertThat(schema("from-gateway").validate(text, InputFormat.JSON)).isEmpty();
        assertThat(text)
                .contains(
                        "\"from\":{\"number\":\"+1202\",\"name\":\"Ann\",\"verified\":true}",
                        "\"diversions\":[{\"number\":\"1\",\"name\":\"S\",\"reason\":\"away\"}]",
                        "\"user-to-user\":{\"data\":\"41\",\"encoding\":\"hex\",\"content\":\"c\","
                                + "\"purpose\":\"p\",\"text\":\"A\"}",
                        "\"headers\":{\"X-Case\":\"4711\"}");
    }

    @Test
    public void everyErrorFitsTheSchemaAndHasItsOwnCode() {
        for (WebError error : WebError.values()) {
            String text =
                    MessageWriter.write(
                            new ServerMessage.Refused(error.object(), Optional.empty()));
            assertThat(schema("from-gateway").validate(text, InputFormat.JSON)).isEmpty();
        }
        assertThat(WebError.values()).extracting(e -> e.object().code()).doesNotHaveDuplicates();
    }

    @Test
    public void tokenIsNotPrinted() {
        assertThat(new ClientMessage.Hello(1, "secret-token", "i", true).toString())
                .doesNotContain("secret-token");
    }

    @Test
    public void randomTextsAreReadOrRefusedAndNothingElse() {
        long seed = 20260101L;
        System.out.println("MessageCodecTest seed " + seed);
        Random random = new Random(seed);
        Object[][] samples = messagesOfPages();
        int read = 0;
        int refused = 0;
        int longest = 0;
        for (int i = 0; i < 100_000; i++) {
            String text = i % 4 == 0 ? randomText(random) : mutant(random, samples);
            try {
                MessageReader.read(text);
                read++;
            } catch (MessageException e) {
                refused++;
                longest = Math.max(longest, String.valueOf(e.getMessage()).length());
            }
        }
        // Some mutants are still good, most are not: the fuzz reaches behind the parser.
        assertThat(read).isBetween(100, 90_000);
        assertThat(read + refused).isEqualTo(100_000);
        assertThat(longest).isLessThan(400);
    }

    private static String mutant(Random random, Object[][] samples) {
        StringBuilder text = new StringBuilder((String) samples[random.nextInt(samples.length)][0]);
        int edits = random.nextInt(4);
        for (int i = 0; i < edits && text.length() > 1; i++) {
            int at = random.nextInt(text.length());
            switch (random.nextInt(4)) {
                case 0 -> text.deleteCharAt(at);
                case 1 -> text.insert(at, randomChar(random));
                case 2 -> text.setCharAt(at, randomChar(random));
                default -> text.insert(at, text.substring(at));
            }
        }
        return text.toString();
    }

    private static String randomText(Random random) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return new String(
                bytes, random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    }

    private static char randomChar(Random random) {
        String structural = "{}[]\",:\\0123456789eE+-.tfn /";
        return random.nextBoolean()
                ? structural.charAt(random.nextInt(structural.length()))
                : (char) random.nextInt(0x10000);
    }

    private static Schema schema(String direction) {
        return REGISTRY.getSchema(
                "{\"$ref\":\"urn:offhook:agent-protocol:1#/$defs/" + direction + "\"}");
    }

    private static String text() {
        try (InputStream in =
                MessageCodecTest.class.getResourceAsStream("agent-protocol.schema.json")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
