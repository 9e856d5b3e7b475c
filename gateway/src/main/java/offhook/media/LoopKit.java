package offhook.media;

import java.util.random.RandomGenerator;
import offhook.net.PacketBuffer;
import offhook.rtp.NtpTime;
import offhook.telemetry.Counters;

/// What the legs of one loop share. All of it belongs to the loop, save the counters.
///
/// @param rtp where this loop receives trunk media
/// @param browserPort the loop's socket on the browser port
/// @param inbound what is being received
/// @param outbound what is being sent
/// @param random for what must not be guessed: SSRCs, sequences, timestamps
/// @param jitterMaxMillis what a jitter buffer delays by at most
record LoopKit(
        MediaLoop loop,
        RtpHosts rtp,
        BrowserPort browserPort,
        PacketBuffer inbound,
        PacketBuffer outbound,
        NtpTime ntpTime,
        RandomGenerator random,
        Counters counters,
        int jitterMaxMillis) {}
