package offhook.app;

import offhook.config.ConfigException;
import offhook.config.LoadedConfig;

/// Where the configuration is read again from.
@FunctionalInterface
public interface ConfigSource {

    /// As it is now.
    LoadedConfig load() throws ConfigException;
}
