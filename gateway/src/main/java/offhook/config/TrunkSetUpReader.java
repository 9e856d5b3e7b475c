package offhook.config;

import offhook.config.CallSetUp.Reliable;

/// Reads how calls with a trunk are set up.
final class TrunkSetUpReader {

    private static final Words<Reliable> RELIABLE = Words.lowerCase(Reliable.class);

    private TrunkSetUpReader() {}

    static CallSetUp read(Section trunk) {
        CallSetUp absent = CallSetUp.DEFAULT;
        return new CallSetUp(RELIABLE.read(trunk, "100rel", absent.reliable()));
    }
}
