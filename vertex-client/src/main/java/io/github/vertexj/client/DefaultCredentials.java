package io.github.vertexj.client;

import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The application's default credentials, looked for when first needed. Thread-safe. */
final class DefaultCredentials implements Supplier<Map<String, String>> {
  private volatile @Nullable Supplier<Map<String, String>> found;

  @Override
  public Map<String, String> get() {
    Supplier<Map<String, String>> credentials = found;
    if (credentials == null) {
      try {
        credentials = GoogleCredentialHeaders.applicationDefault();
      } catch (NoClassDefFoundError missing) {
        throw new IllegalStateException(
            "there are no credentials: add com.google.auth:google-auth-library-oauth2-http to the"
                + " class path, or choose credentials for the endpoint",
            missing);
      }
      found = credentials;
    }
    return credentials.get();
  }
}
