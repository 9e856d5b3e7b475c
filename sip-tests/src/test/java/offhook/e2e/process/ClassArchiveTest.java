package offhook.e2e.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "e2e")
public class ClassArchiveTest {

    private static String path(String... entries) {
        return String.join(File.pathSeparator, List.of(entries));
    }

    @Test
    public void packedGatewayNeedsNoneOfTheFoldersOfTheTests() {
        String all =
                path(
                        "/o/sip-tests/target/test-classes",
                        "/o/sip-tests/target/classes",
                        "/o/codecs/target/offhook-codecs-1.jar",
                        "/m2/picocli-4.jar",
                        "/o/gateway/target/offhook-gateway-1.jar");

        assertThat(ClassArchive.gatewayClassPath(all))
                .isEqualTo(
                        path(
                                "/o/codecs/target/offhook-codecs-1.jar",
                                "/m2/picocli-4.jar",
                                "/o/gateway/target/offhook-gateway-1.jar"));
    }

    @DataProvider
    public Object[][] compiledModules() {
        return new Object[][] {
            {path("/o/codecs/target/classes", "/o/gateway/target/classes", "/m2/picocli-4.jar")},
            {path("/o/codecs/target/classes", "/o/gateway/target/offhook-gateway-1.jar")},
            {path("/o/codecs/target/offhook-codecs-1.jar", "/o/gateway/target/classes")}
        };
    }

    @Test(dataProvider = "compiledModules")
    public void classPathWithModulesInFoldersStaysWhole(String all) {
        assertThat(ClassArchive.gatewayClassPath(all)).isEqualTo(all);
    }
}
