package offhook.e2e.phone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Tool;

/// A softphone of others as a child process on the loopback, which plays a file, records what it
/// hears, and answers whoever calls. Belongs to its test's thread.
public final class SoftPhone implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Process process;
    private final Path folder;
    private final Optional<BaresipControl> control;

    private SoftPhone(Process process, Path folder, Optional<BaresipControl> control) {
        this.process = process;
        this.folder = folder;
        this.control = control;
    }

    /// A baresip that waits for commands.
    ///
    /// @param folder for its settings, its log and what it records
    /// @param own where it takes calls
    /// @param user by which name it is called
    /// @param encryption `srtp-mand`: RTP/SAVP and nothing else; `srtp`: keys in RTP/AVP; empty:
    ///   neither
    /// @param says what it plays, at 8 kHz; otherwise it sends back what it hears, and so its SDP
    ///   names the address where it does
    public static SoftPhone baresip(
            Path folder,
            InetSocketAddress own,
            String user,
            String encryption,
            Optional<Path> says) {
        empty(folder);
        int controlPort = Ports.freePair();
        String host = own.getAddress().getHostAddress();
        write(
                folder.resolve("config"),
                """
                poll_method epoll
                sip_listen %s:%d
                %s
                audio_source %s
                audio_player aubridge,nowhere
                audio_alert aubridge,nowhere
                ringback_disabled yes
                ausrc_srate 8000
                auplay_srate 8000
                ausrc_channels 1
                auplay_channels 1
                statmode_default off
                snd_path %s
                ctrl_tcp_listen 127.0.0.1:%d
                module_path /usr/lib/baresip/modules
                module g711.so
                module aubridge.so
                module aufile.so
                module sndfile.so
                module srtp.so
                module_tmp uuid.so
                module_tmp account.so
                module_app ctrl_tcp.so
                module_app menu.so
                """
                        .formatted(
                                host,
                                own.getPort(),
                                says.isEmpty() ? "net_interface " + host : "",
                                says.map(file -> "aufile," + file).orElse("aubridge,nowhere"),
                                folder,
                                controlPort));
        write(
                folder.resolve("accounts"),
                "<sip:%s@%s:%d;transport=udp>;regint=0;answermode=auto;call_transfer=yes%s%n"
                        .formatted(
                                user,
                                host,
                                own.getPort(),
                                encryption.isEmpty() ? "" : ";mediaenc=" + encryption));
        Process process = Tool.BARESIP.startTold(folder, folder.resolve("log"), "-f", folder, "-v");
        return new SoftPhone(
                process,
                folder,
                Optional.of(
                        BaresipControl.connect(
                                controlPort, folder.resolve("events"), START_LIMIT)));
    }

    /// A linphone that answers whoever calls.
    ///
    /// @param folder for its settings, its log and what it records
    /// @param more settings of its section `[sip]`, a line each
    /// @param says what it plays, at 8 kHz
    public static SoftPhone linphone(Path folder, int port, String more, Path says) {
        empty(folder);
        Path settings =
                write(
                        folder.resolve("linphonerc"),
                        """
                        [sip]
                        sip_port=%d
                        sip_tcp_port=0
                        sip_tls_port=0
                        use_ipv6=0
                        ipv6_migration_done=1
                        auto_net_state_mon=0
                        %s
                        [rtp]
                        audio_rtp_port=-1
                        [sound]
                        echocancellation=0
                        """
                                .formatted(port, more));
        write(folder.resolve(".local/share/linphone/made"), "It does not open a port without.");
        var phone =
                new SoftPhone(
                        Tool.LINPHONE.startTold(
                                folder, folder.resolve("log"), "-c", settings, "-a"),
                        folder,
                        Optional.empty());
        phone.tell("soundcard use files");
        phone.tell("play " + says);
        phone.tell("record " + folder.resolve("dec.wav"));
        return phone;
    }

    private static void empty(Path folder) {
        try {
            if (Files.exists(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        Files.delete(file);
                    }
                }
            }
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Types a command, as each of them has it.
    public void tell(String command) {
        if (control.isPresent()) {
            control.get().tell(command);
            return;
        }
        Writer input = process.outputWriter(StandardCharsets.UTF_8);
        try {
            input.write(command + "\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What it has told its user so far, and baresip its program.
    public String shown() {
        try {
            String log = Files.readString(folder.resolve("log"), StandardCharsets.ISO_8859_1);
            Path events = folder.resolve("events");
            return Files.exists(events)
                    ? log + Files.readString(events, StandardCharsets.ISO_8859_1)
                    : log;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What it heard: a file for each call, or one for all, whole when the call is over.
    public List<Path> recordings() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith("dec.wav")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        control.ifPresent(BaresipControl::close);
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
