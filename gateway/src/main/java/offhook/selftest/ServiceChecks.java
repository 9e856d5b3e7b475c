package offhook.selftest;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.fault.FailureWords;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;

/// Whether the servers answer that others than trunks need: the TURN server of browsers, the issuer
/// of agents' tokens.
final class ServiceChecks {

    private static final int PATIENCE_MILLIS = 2000;
    private static final int TRIES = 2;
    private static final int STUN_HEADER_BYTES = 20;
    private static final int BINDING_REQUEST = 0x0001;
    private static final int BINDING_SUCCESS = 0x0101;
    private static final int BINDING_ERROR = 0x0111;
    private static final int MAGIC_COOKIE = 0x2112A442;

    /// RFC 7065 §3.1.
    private static final Pattern TURN =
            Pattern.compile("(turns?):(\\[[^]]+]|[^:?]+)(?::([0-9]+))?(?:\\?transport=(udp|tcp))?");

    private final Findings findings = new Findings("services");
    private final NanoClock clock;

    private ServiceChecks(NanoClock clock) {
        this.clock = clock;
    }

    static List<Finding> of(Subject subject, NanoClock clock) {
        ServiceChecks checks = new ServiceChecks(clock);
        subject.config().web().turn().ifPresent(turn -> turn.urls().forEach(checks::turn));
        subject.config().agents().issuer().ifPresent(issuer -> checks.keys(issuer.jwks()));
        return checks.findings.all();
    }

    private void turn(String url) {
        Matcher parts = TURN.matcher(url);
        String where = "web.turn " + url;
        if (!parts.matches()) {
            return; // the configuration's reader knows better
        }
        boolean secure = parts.group(1).equals("turns");
        boolean tcp = secure || "tcp".equals(parts.group(4));
        String digits = parts.group(3);
        int port = digits == null ? (secure ? 5349 : 3478) : Integer.parseInt(digits);
        String host = parts.group(2).replaceAll("[\\[\\]]", "");
        long began = clock.nanoTime();
        try {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
            if (tcp) {
                connect(address);
            } else {
                bind(address);
            }
            findings.ok(
                    where,
                    "%s within %d ms"
                            .formatted(
                                    tcp ? "takes connections" : "answers STUN",
                                    millisSince(began)));
        } catch (UnknownHostException _) {
            findings.problem(
                    where, "DNS does not know the host", "Correct the name of the TURN server.");
        } catch (IOException e) {
            findings.problem(
                    where,
                    "does not answer: " + FailureWords.of(e),
                    "Start the TURN server, or open its port to this machine and to browsers.");
        }
    }

    private static void connect(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(address, PATIENCE_MILLIS);
        }
    }

    /// A binding without credentials (RFC 8489 §6): any STUN server answers, be it with an error.
    private static void bind(InetSocketAddress address) throws IOException {
        byte[] id = new byte[12];
        new SecureRandom().nextBytes(id);
        byte[] request =
                ByteBuffer.allocate(STUN_HEADER_BYTES)
                        .putShort((short) BINDING_REQUEST)
                        .putShort((short) 0)
                        .putInt(MAGIC_COOKIE)
                        .put(id)
                        .array();
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(address);
            socket.setSoTimeout(PATIENCE_MILLIS);
            for (int i = 0; i < TRIES; i++) {
                socket.send(new DatagramPacket(request, request.length));
                byte[] answer = new byte[1500];
                DatagramPacket packet = new DatagramPacket(answer, answer.length);
                try {
                    socket.receive(packet);
                } catch (SocketTimeoutException _) {
                    continue;
                }
                int type = ByteBuffer.wrap(answer).getShort() & 0xFFFF;
                if (packet.getLength() >= STUN_HEADER_BYTES
                        && (type == BINDING_SUCCESS || type == BINDING_ERROR)
                        && Arrays.equals(id, Arrays.copyOfRange(answer, 8, STUN_HEADER_BYTES))) {
                    return;
                }
                throw new IOException("what answers there is no STUN server");
            }
            throw new IOException("no answer within " + TRIES * PATIENCE_MILLIS / 1000 + " s");
        }
    }

    private long millisSince(long beganNanos) {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - beganNanos);
    }

    private void keys(URI jwks) {
        String where = "agents.tokens.jwks " + jwks;
        String remedy = "Correct the address, or see why the issuer's server does not answer.";
        long began = clock.nanoTime();
        try {
            String text =
                    "file".equals(jwks.getScheme())
                            ? Files.readString(Path.of(jwks))
                            : fetched(jwks);
            if (text.contains("\"keys\"")) {
                findings.ok(
                        where, "the keys can be read, within %d ms".formatted(millisSince(began)));
            } else {
                findings.problem(where, "what is there is no set of keys", remedy);
            }
        } catch (IOException e) {
            findings.problem(where, "the keys cannot be read: " + FailureWords.ofNamed(e), remedy);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static String fetched(URI uri) throws IOException, InterruptedException {
        try (HttpClient http =
                HttpClient.newBuilder()
                        .connectTimeout(Duration.ofMillis(PATIENCE_MILLIS))
                        .executor(Threads.virtualExecutor("selftest-jwks-"))
                        .build()) {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(uri)
                                    .timeout(Duration.ofMillis(2L * PATIENCE_MILLIS))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IOException("HTTP status " + response.statusCode());
            }
            return response.body();
        }
    }
}
