package offhook.e2e.web;

import java.nio.file.Path;
import org.testng.annotations.Test;

/// The types of the client library, as a program in TypeScript meets them.
@Test(groups = {"e2e", "web"})
public class ClientTypesIT {

    @Test
    public void programInTypeScriptIsTypedStrictly() {
        Path sample =
                Path.of("../gateway/src/test/resources/offhook/web/types/sample.ts")
                        .toAbsolutePath()
                        .normalize();
        NpmPackages.of("typescript")
                .exec(
                        "tsc",
                        "--noEmit",
                        "--strict",
                        "--target",
                        "es2022",
                        "--module",
                        "nodenext",
                        "--lib",
                        "es2023,dom,dom.iterable",
                        sample);
    }
}
