package offhook.doctor;

/// From where on a figure matters. `docs/call-doctor.md` says why so.
///
/// @param fair people may notice
/// @param bad people complain
record Limits(double fair, double bad) {

    /// Percent of the packets, of 5 s.
    static final Limits LOSS = new Limits(2, 5);

    /// ms.
    static final Limits JITTER = new Limits(30, 100);

    /// ms; ITU-T G.114 wants no more than 150 one way, and 400 at most.
    static final Limits ROUND_TRIP = new Limits(300, 700);

    /// ms that a jitter buffer holds audio back.
    static final Limits DELAY = new Limits(200, 400);

    /// Share of the samples.
    static final Limits CLIPPING = new Limits(0.002, 0.01);

    /// dBov of active speech.
    static final double LOUD_DBOV = -10;

    static final double QUIET_DBOV = -42;

    /// Below that it is no speech that is measured but the noise of a room.
    static final double NO_SPEECH_DBOV = -58;

    Finding.Severity severity(double value) {
        return value >= bad ? Finding.Severity.BAD : Finding.Severity.FAIR;
    }
}
