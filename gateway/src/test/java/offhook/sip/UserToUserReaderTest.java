package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import offhook.call.UserToUser;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class UserToUserReaderTest {

    @DataProvider
    public Object[][] fields() {
        return new Object[][] {
            {"48656c6c6f;encoding=hex", new UserToUser("48656c6c6f", "hex", "", "", "Hello")},
            {"48656C6C6F", new UserToUser("48656C6C6F", "", "", "", "Hello")},
            {
                "0448656c6c6f;purpose=isdn-uui;content=isdn-uui;encoding=hex",
                new UserToUser("0448656c6c6f", "hex", "isdn-uui", "isdn-uui", "Hello")
            },
            {
                "\"case 4711\";encoding=text;content=acme",
                new UserToUser("case 4711", "text", "acme", "", "")
            },
            {"\"case 4711\"", new UserToUser("case 4711", "", "", "", "case 4711")},
            {"c3a4;encoding=hex", new UserToUser("c3a4", "hex", "", "", "ä")},
            {"ff00;encoding=hex", new UserToUser("ff00", "hex", "", "", "")},
            {"410a41;encoding=hex", new UserToUser("410a41", "hex", "", "", "")},
            {"xyz;encoding=hex", new UserToUser("xyz", "hex", "", "", "")},
        };
    }

    @Test(dataProvider = "fields")
    public void informationIsPassedOnAsItIs(String value, UserToUser expected) throws Exception {
        assertThat(UserToUserReader.read(TextInvite.with("User-to-User: " + value)))
                .isEqualTo(Optional.of(expected));
    }

    @Test
    public void firstReadableOneCounts() throws Exception {
        assertThat(
                        UserToUserReader.read(
                                TextInvite.with(
                                        "User-to-User: " + "41".repeat(300),
                                        "user-to-user : 41;encoding=hex")))
                .isEqualTo(Optional.of(new UserToUser("41", "hex", "", "", "A")));
    }

    @Test
    public void noneIsNone() throws Exception {
        assertThat(UserToUserReader.read(TextInvite.with("Subject: x"))).isEmpty();
    }
}
