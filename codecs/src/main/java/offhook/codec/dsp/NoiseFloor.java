package offhook.codec.dsp;

/// How loud the background of a voice is: the level of its pauses within the last 2 s. Owned by one
/// thread at a time; allocates nothing per packet.
public final class NoiseFloor {

    private static final int BLOCKS_PER_SECOND = 50;
    private static final int MEMORY_BLOCKS = 2 * BLOCKS_PER_SECOND;

    /// Blocks until there is an opinion.
    private static final int LEARNING_BLOCKS = BLOCKS_PER_SECOND / 2;

    /// The quietest of a hundred blocks of even noise is about 1.5 dB below the noise.
    private static final double BIAS = 1.4;

    private final int blockSamples;
    private final MinimumTracker quietest = new MinimumTracker(MEMORY_BLOCKS);
    private long energy;
    private int samplesInBlock;

    public NoiseFloor(int sampleRateHz) {
        blockSamples = sampleRateHz / BLOCKS_PER_SECOND;
    }

    /// Takes note of what was heard.
    public void hear(short[] pcm, int offset, int samples) {
        for (int i = offset; i < offset + samples; i++) {
            energy += pcm[i] * pcm[i];
            samplesInBlock++;
            if (samplesInBlock == blockSamples) {
                quietest.add((double) energy / blockSamples);
                energy = 0;
                samplesInBlock = 0;
            }
        }
    }

    /// In dBov; [Level#SILENCE_DBOV] until half a second was heard.
    public double levelDbov() {
        return quietest.values() < LEARNING_BLOCKS
                ? Level.SILENCE_DBOV
                : Level.toDbov(Math.sqrt(quietest.smallest() * BIAS));
    }
}
