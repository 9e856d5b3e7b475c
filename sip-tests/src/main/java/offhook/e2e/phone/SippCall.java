package offhook.e2e.phone;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Tool;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Speech;

/// One call made by sipp: a scenario of `resources/sipp`, its process, and what it has logged.
public final class SippCall implements AutoCloseable {

    /// How the caller behaves; each is a file of `resources/sipp`.
    public enum Scenario {
        CALL("call"),
        WAIT_FOR_BYE("wait-for-bye"),
        CANCEL("cancel"),
        OFFERLESS("offerless"),
        HOLD("hold"),
        OPTIONS("options"),
        REFUSED("refused");

        private final String file;

        Scenario(String file) {
            this.file = file;
        }
    }

    /// What a scenario is filled with. Start from `to` and change what matters.
    ///
    /// @param scenario how the caller behaves
    /// @param gateway where the calls go
    /// @param number the user part that is called
    /// @param speech what is said
    /// @param codec in which codec
    /// @param tcp whether SIP goes over TCP
    /// @param talk how long it speaks before the next step; before CANCEL, how long it rings
    /// @param holdDirection the attribute of the hold, as `a=sendonly`; may be empty
    /// @param holdAddress the address of the hold
    /// @param status the refusal that is expected
    public record Plan(
            Scenario scenario,
            InetSocketAddress gateway,
            String number,
            Speech speech,
            G711 codec,
            boolean tcp,
            Duration talk,
            String holdDirection,
            String holdAddress,
            int status) {

        public static Plan to(InetSocketAddress gateway, String number, Speech speech) {
            return new Plan(
                    Scenario.CALL,
                    gateway,
                    number,
                    speech,
                    G711.PCMA,
                    false,
                    Duration.ofSeconds(12),
                    "a=sendonly",
                    "[media_ip]",
                    404);
        }

        public Plan as(Scenario other) {
            return new Plan(
                    other,
                    gateway,
                    number,
                    speech,
                    codec,
                    tcp,
                    talk,
                    holdDirection,
                    holdAddress,
                    status);
        }

        public Plan in(G711 other) {
            return new Plan(
                    scenario,
                    gateway,
                    number,
                    speech,
                    other,
                    tcp,
                    talk,
                    holdDirection,
                    holdAddress,
                    status);
        }

        public Plan overTcp() {
            return new Plan(
                    scenario,
                    gateway,
                    number,
                    speech,
                    codec,
                    true,
                    talk,
                    holdDirection,
                    holdAddress,
                    status);
        }

        public Plan talking(Duration other) {
            return new Plan(
                    scenario,
                    gateway,
                    number,
                    speech,
                    codec,
                    tcp,
                    other,
                    holdDirection,
                    holdAddress,
                    status);
        }

        /// Holds by that attribute and that address of the `c=` line.
        public Plan holdingBy(String direction, String address) {
            return new Plan(
                    Scenario.HOLD,
                    gateway,
                    number,
                    speech,
                    codec,
                    tcp,
                    talk,
                    direction,
                    address,
                    status);
        }

        public Plan refusedWith(int expected) {
            return new Plan(
                    Scenario.REFUSED,
                    gateway,
                    number,
                    speech,
                    codec,
                    tcp,
                    talk,
                    holdDirection,
                    holdAddress,
                    expected);
        }
    }

    private final Process process;
    private final Path folder;
    private final int mediaPort;
    private final int signallingPort;

    private SippCall(Process process, Path folder, int mediaPort, int signallingPort) {
        this.process = process;
        this.folder = folder;
        this.mediaPort = mediaPort;
        this.signallingPort = signallingPort;
    }

    /// Starts the call and returns at once.
    ///
    /// @param folder receives the scenario and sipp's logs
    public static SippCall start(Plan plan, Path folder) {
        int mediaPort = Ports.freePair();
        int signallingPort = Ports.freePair();
        try {
            Files.createDirectories(folder);
            Path scenario = folder.resolve("scenario.xml");
            Files.writeString(scenario, fill(plan), StandardCharsets.ISO_8859_1);
            Files.deleteIfExists(folder.resolve("messages.log"));
            Process process =
                    Tool.SIPP.start(
                            folder.resolve("sipp.out"),
                            "-sf",
                            scenario,
                            "-i",
                            "127.0.0.1",
                            "-p",
                            signallingPort,
                            "-mi",
                            "127.0.0.1",
                            "-mp",
                            mediaPort,
                            "-t",
                            plan.tcp ? "t1" : "u1",
                            "-m",
                            1,
                            "-l",
                            1,
                            "-nostdin",
                            "-recv_timeout",
                            60_000,
                            "-trace_msg",
                            "-message_file",
                            folder.resolve("messages.log"),
                            "-trace_err",
                            "-error_file",
                            folder.resolve("errors.log"),
                            plan.gateway.getAddress().getHostAddress()
                                    + ":"
                                    + plan.gateway.getPort());
            return new SippCall(process, folder, mediaPort, signallingPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String fill(Plan plan) throws IOException {
        Map<String, String> values = new HashMap<>();
        Path speech = plan.codec == G711.PCMA ? plan.speech.alaw() : plan.speech.mulaw();
        values.put("number", plan.number);
        values.put("caller", "5551000");
        values.put("caller-name", "Maria");
        values.put("codec", plan.codec.name());
        values.put("payload-type", Integer.toString(plan.codec.payloadType()));
        values.put("speech", speech.toAbsolutePath().toString());
        values.put("talk-millis", Long.toString(plan.talk.toMillis()));
        values.put("hold-millis", "2000");
        values.put("hold-direction", attribute(plan.holdDirection));
        values.put("hold-address", plan.holdAddress);
        values.put("resume-direction", attribute(plan.holdDirection.isEmpty() ? "" : "a=sendrecv"));
        values.put("status", Integer.toString(plan.status));
        String file = "/sipp/" + plan.scenario.file + ".xml";
        try (InputStream in = SippCall.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("no " + file + " on the class path");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            for (Map.Entry<String, String> value : values.entrySet()) {
                text = text.replace("{{" + value.getKey() + "}}", value.getValue());
            }
            return text;
        }
    }

    /// On a line of its own; an empty line would end the SDP.
    private static String attribute(String text) {
        return text.isEmpty() ? "" : "\n      " + text;
    }

    /// Where sipp's RTP comes from and goes to.
    public int mediaPort() {
        return mediaPort;
    }

    public int signallingPort() {
        return signallingPort;
    }

    public boolean isRunning() {
        return process.isAlive();
    }

    /// What has been sent and received so far.
    public SippLog log() {
        return SippLog.read(folder.resolve("messages.log"));
    }

    /// Waits for the end of the scenario.
    ///
    /// @return sipp's exit code: 0 if all went as the scenario says
    /// @throws IllegalStateException if it takes longer than `limit`
    public int awaitEnd(Duration limit) {
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        close();
        throw new IllegalStateException("sipp is not done after " + limit + ": " + explain());
    }

    /// Why it failed, in sipp's words.
    public String explain() {
        try {
            Path errors = folder.resolve("errors.log");
            return (Files.exists(errors) ? Files.readString(errors) : "no errors logged")
                    + "; messages: "
                    + log().summary();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
