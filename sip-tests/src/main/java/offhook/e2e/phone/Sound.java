package offhook.e2e.phone;

import offhook.e2e.speech.Pcm;

/// What a phone says, sample by sample at 8 kHz. Called by the phone's sending thread only.
@FunctionalInterface
public interface Sound {
    short next();

    static Sound silence() {
        return () -> 0;
    }

    /// The milliwatt: 1004 Hz at 0 dBm0, which is -3.14 dB of full scale (ITU-T O.133, G.711).
    static Sound milliwatt() {
        return tone(1004, 22_400);
    }

    static Sound tone(double frequencyHz, int amplitude) {
        return new Sound() {
            private long at;

            @Override
            public short next() {
                return (short) (amplitude * Math.sin(2 * Math.PI * frequencyHz * at++ / 8000));
            }
        };
    }

    /// The file once, then silence.
    static Sound of(Pcm pcm) {
        if (pcm.rateHz() != 8000) {
            throw new IllegalArgumentException("a phone speaks at 8000 Hz, not " + pcm.rateHz());
        }
        return new Sound() {
            private int at;

            @Override
            public short next() {
                return at < pcm.samples().length ? pcm.samples()[at++] : 0;
            }
        };
    }

    /// This sound for `seconds`, then `other`.
    default Sound then(double seconds, Sound other) {
        Sound first = this;
        return new Sound() {
            private long left = (long) (seconds * 8000);

            @Override
            public short next() {
                return left-- > 0 ? first.next() : other.next();
            }
        };
    }
}
