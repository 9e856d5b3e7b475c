package offhook.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class HeaderAllowListTest {

    @DataProvider
    public Object[][] unlistable() {
        return new Object[][] {
            {"Via"}, {"v"}, {"FROM"}, {"Contact"}, {"Content-Length"}, {"P-Asserted-Identity"},
            {"privacy"}, {"Authorization"}, {"Session-Expires"}, {"*"}, {"P-*"}, {"X*"},
            {"X-Account*x"}, {"X Account"}, {"X-Account:"}, {""}, {"X-A\r\nVia"}, {"X-Ä"}
        };
    }

    @Test(dataProvider = "unlistable")
    public void whatTheGatewayMakesItselfCannotBeListed(String name) {
        assertThatThrownBy(() -> new HeaderAllowList(List.of(name)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    public void listedNamesAreCopiedWhateverTheirCase() {
        HeaderAllowList list = new HeaderAllowList(List.of("X-Account", "x-crm-*", "User-to-User"));

        assertThat(list.copies("x-ACCOUNT")).contains("X-Account");
        assertThat(list.copies("X-Crm-Id")).contains("X-Crm-Id");
        assertThat(list.copies("user-to-user")).contains("User-to-User");
        assertThat(list.copies("X-Accounts")).isEmpty();
        assertThat(list.copies("X-Crm")).isEmpty();
        assertThat(HeaderAllowList.NOTHING.copies("X-Account")).isEmpty();
    }
}
