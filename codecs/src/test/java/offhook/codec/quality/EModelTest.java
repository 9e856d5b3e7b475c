package offhook.codec.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import offhook.codec.AudioCodec;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class EModelTest {

    private static final CodecImpairment NO_LOSS = CodecImpairment.G711_CONCEALED;

    @Test
    public void theDefaultConnectionHasTheRatingThatTheRecommendationGives() {
        double rating = EModel.rating(0, NO_LOSS, 0, 1);

        // G.107 §7.7 and Table B.1.
        assertThat(rating).isCloseTo(93.2, within(0.05));
        assertThat(EModel.mos(rating)).isCloseTo(4.41, within(0.005));
    }

    /// Table B.1 of G.107, whose second decimal was rounded on the way.
    @DataProvider
    public static Object[][] opinions() {
        return new Object[][] {
            {100, 4.5}, {90, 4.34}, {80, 4.03}, {70, 3.60}, {60, 3.10}, {50, 2.58}, {0, 1}, {-20, 1}
        };
    }

    @Test(dataProvider = "opinions")
    public void ratingsBecomeOpinions(double rating, double mos) {
        assertThat(EModel.mos(rating)).isCloseTo(mos, within(0.01));
    }

    @Test
    public void noOpinionIsBelowOneAndNoneFallsWhileTheRatingRises() {
        for (double rating = -10; rating <= 110; rating += 0.5) {
            assertThat(EModel.mos(rating)).isBetween(1.0, 4.5);
            assertThat(EModel.mos(rating + 0.5)).isGreaterThanOrEqualTo(EModel.mos(rating));
        }
    }

    /// What Cole and Rosenbluth fitted to the recommendation's delay curve for a good echo control
    /// ("Voice over IP performance monitoring", 2001): 0.024 d, and 0.11 for each millisecond above
    /// 177.3.
    @DataProvider
    public static Object[][] delays() {
        return new Object[][] {
            {25, 0.6},
            {50, 1.2},
            {100, 2.4},
            {150, 3.6},
            {200, 7.3},
            {250, 14},
            {300, 20.7}
        };
    }

    @Test(dataProvider = "delays")
    public void delayTakesWhatThePublishedCurveSays(double delayMillis, double taken) {
        double rating = EModel.rating(delayMillis, NO_LOSS, 0, 1);

        assertThat(93.2 - rating).isCloseTo(taken, within(0.3));
    }

    /// 95 * Ppl / (Ppl + Bpl): G.107 §7.5 with the figures of G.113 Table I.4.
    @DataProvider
    public static Object[][] losses() {
        return new Object[][] {
            {CodecImpairment.G711_SILENT, 0, 0.0},
            {CodecImpairment.G711_SILENT, 1, 17.9},
            {CodecImpairment.G711_SILENT, 5, 51.1},
            {CodecImpairment.G711_CONCEALED, 1, 3.6},
            {CodecImpairment.G711_CONCEALED, 2, 7.0},
            {CodecImpairment.G711_CONCEALED, 5, 15.8},
            {CodecImpairment.G711_CONCEALED, 10, 27.1},
            {CodecImpairment.G711_CONCEALED, 100, 75.9},
            {CodecImpairment.G711_CONCEALED, 1000, 75.9},
            // G.729A with voice activity detection, whose figures everybody quotes.
            {new CodecImpairment(11, 19), 0, 11.0},
            {new CodecImpairment(11, 19), 2, 19.0},
        };
    }

    @Test(dataProvider = "losses")
    public void lossTakesWhatTheCodecCannotBear(CodecImpairment codec, double loss, double taken) {
        assertThat(codec.effective(loss, 1)).isCloseTo(taken, within(0.05));
        assertThat(EModel.rating(0, codec, loss, 1)).isCloseTo(93.2 - taken, within(0.1));
    }

    @Test
    public void lossesThatComeTogetherAreWorse() {
        CodecImpairment codec = CodecImpairment.G711_CONCEALED;

        assertThat(codec.effective(5, 2)).isGreaterThan(codec.effective(5, 1));
    }

    @Test
    public void everyCodecIsKnown() {
        for (AudioCodec codec : AudioCodec.values()) {
            assertThat(CodecImpairment.concealed(codec).bpl()).isPositive();
        }
    }
}
