package offhook.selftest;

import java.util.List;
import java.util.Locale;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.Tone;
import offhook.codec.dsp.ToneDetector;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusLibrary;
import offhook.codec.opus.OpusSettings;
import offhook.codec.opus.OpusUnavailableException;
import offhook.fault.FailureWords;
import offhook.srtp.Srtp;

/// Whether Opus and SRTP work on this machine: a tone goes through the one, packets through the
/// other.
final class SoundChecks {

    private static final int RATE_HZ = 16_000;
    private static final int FRAME = RATE_HZ / 50;
    private static final int FRAMES = 50;
    private static final double HZ = 800;
    private static final double LEVEL_DBM0 = -10;
    private static final double MOST_LEVEL_CHANGE_DB = 1.5;

    private SoundChecks() {}

    static List<Finding> all() {
        Findings findings = new Findings("sound");
        opus(findings);
        srtp(findings);
        return findings.all();
    }

    private static void opus(Findings findings) {
        try {
            double heard = throughOpus();
            double spoken = LEVEL_DBM0 + Level.DBM0_IN_DBOV;
            String said =
                    String.format(
                            Locale.ROOT,
                            "%s, a tone of %.1f dBov comes back at %.1f dBov",
                            OpusLibrary.version(),
                            spoken,
                            heard);
            if (Math.abs(heard - spoken) <= MOST_LEVEL_CHANGE_DB) {
                findings.ok("opus", said);
            } else {
                findings.problem("opus", said, "Install the gateway anew: its libopus is broken.");
            }
        } catch (OpusUnavailableException | LinkageError e) {
            findings.problem(
                    "opus",
                    "libopus cannot be loaded: " + FailureWords.of(e),
                    "Have java.io.tmpdir on a file system that may execute, on x86-64 or ARM64.");
        }
    }

    private static double throughOpus() {
        short[] heard = new short[FRAME * FRAMES];
        try (OpusEncoder encoder =
                        new OpusEncoder(new OpusSettings(RATE_HZ, 5, 24_000, true, 0, false));
                OpusDecoder decoder = new OpusDecoder(RATE_HZ)) {
            Tone tone = new Tone(RATE_HZ, LEVEL_DBM0, HZ);
            short[] spoken = new short[FRAME];
            byte[] packet = new byte[1500];
            for (int i = 0; i < FRAMES; i++) {
                tone.fill(spoken, 0, FRAME);
                int length = encoder.encode(spoken, 0, FRAME, packet, 0);
                decoder.decode(packet, 0, length, heard, i * FRAME);
            }
        }
        int half = heard.length / 2;
        return new ToneDetector(RATE_HZ).levelDbov(heard, half, half, HZ);
    }

    private static void srtp(Findings findings) {
        try {
            Srtp.warmUp();
        } catch (IllegalStateException e) {
            findings.problem("srtp", FailureWords.of(e), "Install the gateway, or Java, anew.");
            return;
        }
        if (Srtp.isNative()) {
            findings.ok("srtp", "packets come back as they went, by OpenSSL");
        } else {
            findings.note(
                    "srtp",
                    "works by Java's own ciphers: OpenSSL's library does not load here",
                    "Nothing need be done; a call costs more CPU.");
        }
    }
}
