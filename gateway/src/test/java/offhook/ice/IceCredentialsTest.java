package offhook.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.testng.annotations.Test;

public class IceCredentialsTest {

    @Test
    public void theFragmentNamesItsLoop() {
        for (int loop = 0; loop < IceCredentials.MAX_LOOPS; loop++) {
            assertThat(IceCredentials.loopOf(IceCredentials.generate(loop).ufrag()))
                    .isEqualTo(loop);
        }
    }

    @Test
    public void otherFragmentsNameNone() {
        for (String ufrag :
                new String[] {
                    "", "0", "0abcdef", "0abcdefgh", "Aabcdefg", "+abcdefg", "\u0661abcdefg"
                }) {
            assertThat(IceCredentials.loopOf(ufrag)).as(ufrag).isEqualTo(-1);
        }
        assertThatThrownBy(() -> IceCredentials.generate(36))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    public void credentialsAreIceCharsAndNeverTheSame() {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            IceCredentials made = IceCredentials.generate(3);
            assertThat(made.ufrag()).matches("3[A-Za-z0-9+/]{7}");
            assertThat(made.password()).matches("[A-Za-z0-9+/]{24}");
            assertThat(seen.add(made.ufrag()) && seen.add(made.password())).isTrue();
        }
    }

    @Test
    public void thePasswordIsNotPrinted() {
        IceCredentials made = IceCredentials.generate(0);

        assertThat(made.toString()).doesNotContain(made.password());
    }
}
