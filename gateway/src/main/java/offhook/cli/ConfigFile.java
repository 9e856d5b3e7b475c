package offhook.cli;

import java.nio.file.Path;
import offhook.config.ConfigException;
import offhook.config.ConfigLoader;
import offhook.config.LoadedConfig;
import picocli.CommandLine.Option;

/// The option `--config` of the commands that read a configuration.
final class ConfigFile {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "conf/gateway.yaml",
            description = "the configuration (default: ${DEFAULT-VALUE})")
    private Path path = Path.of("conf/gateway.yaml");

    LoadedConfig load() throws ConfigException {
        return ConfigLoader.load(path);
    }

    Path path() {
        return path;
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
