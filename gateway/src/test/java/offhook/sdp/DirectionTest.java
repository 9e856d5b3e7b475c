package offhook.sdp;

import static offhook.sdp.Direction.INACTIVE;
import static offhook.sdp.Direction.RECVONLY;
import static offhook.sdp.Direction.SENDONLY;
import static offhook.sdp.Direction.SENDRECV;
import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DirectionTest {

    @DataProvider
    Object[][] answers() { // RFC 3264 §6.1: offer, what we want, answer
        return new Object[][] {
            {SENDRECV, SENDRECV, SENDRECV},
            {SENDRECV, SENDONLY, SENDONLY},
            {SENDRECV, RECVONLY, RECVONLY},
            {SENDRECV, INACTIVE, INACTIVE},
            {SENDONLY, SENDRECV, RECVONLY},
            {SENDONLY, SENDONLY, INACTIVE},
            {SENDONLY, RECVONLY, RECVONLY},
            {SENDONLY, INACTIVE, INACTIVE},
            {RECVONLY, SENDRECV, SENDONLY},
            {RECVONLY, SENDONLY, SENDONLY},
            {RECVONLY, RECVONLY, INACTIVE},
            {RECVONLY, INACTIVE, INACTIVE},
            {INACTIVE, SENDRECV, INACTIVE},
            {INACTIVE, SENDONLY, INACTIVE},
            {INACTIVE, RECVONLY, INACTIVE},
            {INACTIVE, INACTIVE, INACTIVE},
        };
    }

    @Test(dataProvider = "answers")
    public void answerAllowsWhatOfferAndWishAllow(
            Direction offer, Direction wanted, Direction answer) {
        assertThat(offer.answeredBy(wanted)).isEqualTo(answer);
    }

    @Test
    public void reversingTwiceChangesNothing() {
        for (Direction direction : Direction.values()) {
            assertThat(direction.reversed().reversed()).isEqualTo(direction);
        }
        assertThat(SENDONLY.reversed()).isEqualTo(RECVONLY);
    }
}
