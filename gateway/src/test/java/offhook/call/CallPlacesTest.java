package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.testng.annotations.Test;

public class CallPlacesTest {

    @Test
    public void onlyTrunkMayHoldEveryPlace() throws CallRefusedException {
        CallPlaces places = new CallPlaces(10, 1);

        takeAll(places, "pbx", 10);

        assertRefused(places, "pbx", "all 10 calls of limits.max-calls are in use");
    }

    @Test
    public void oneOfSeveralTrunksLeavesTheOthersAFifth() throws CallRefusedException {
        CallPlaces places = new CallPlaces(10, 2);

        takeAll(places, "noisy", 8);
        assertRefused(places, "noisy", "one source may hold 8 of limits.max-calls only");
        takeAll(places, "pbx", 2);
        assertRefused(places, "pbx", "all 10 calls of limits.max-calls are in use");

        places.giveBack("noisy");
        takeAll(places, "pbx", 1);
        assertRefused(places, "noisy", "all 10 calls of limits.max-calls are in use");
        places.giveBack("noisy");
        takeAll(places, "noisy", 1);
    }

    @Test
    public void everyTrunkMayHoldOneCallAtLeast() throws CallRefusedException {
        CallPlaces places = new CallPlaces(1, 5);

        takeAll(places, "pbx", 1);

        assertRefused(places, "other", "all 1 calls of limits.max-calls are in use");
        places.giveBack("pbx");
        takeAll(places, "other", 1);
    }

    private static void takeAll(CallPlaces places, String source, int count)
            throws CallRefusedException {
        for (int i = 0; i < count; i++) {
            places.take(source);
        }
    }

    private static void assertRefused(CallPlaces places, String source, String why) {
        assertThatThrownBy(() -> places.take(source))
                .isInstanceOfSatisfying(
                        CallRefusedException.class,
                        e -> assertThat(e.verdict().sipStatus()).isEqualTo(503))
                .hasMessage(why);
    }
}
