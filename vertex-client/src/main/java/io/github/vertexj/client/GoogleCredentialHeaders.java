package io.github.vertexj.client;

import com.google.auth.Credentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.IdTokenCredentials;
import com.google.auth.oauth2.IdTokenProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The headers of Google's credentials, for {@link Endpoint.Builder#credentials}; needs {@code
 * com.google.auth:google-auth-library-oauth2-http}.
 *
 * <p>Tokens are kept until shortly before they expire; to fetch one may take a moment. Thread-safe.
 */
public final class GoogleCredentialHeaders implements Supplier<Map<String, String>> {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";

  private final Credentials credentials;

  private GoogleCredentialHeaders(Credentials credentials) {
    this.credentials = credentials;
  }

  /**
   * Returns the headers of the application's default credentials.
   *
   * @throws UncheckedIOException if there are none
   */
  public static GoogleCredentialHeaders applicationDefault() {
    return new GoogleCredentialHeaders(defaults().createScoped(List.of(SCOPE)));
  }

  /**
   * Returns the headers of an identity token, as Cloud Run takes it.
   *
   * @param audience the URL of the service
   * @throws UncheckedIOException if the application has no default credentials
   * @throws IllegalArgumentException if they make no identity tokens, as those of a user
   */
  public static GoogleCredentialHeaders identityToken(String audience) {
    GoogleCredentials defaults = defaults();
    if (!(defaults instanceof IdTokenProvider provider)) {
      throw new IllegalArgumentException(
          "the default credentials make no identity tokens: use those of a service account");
    }
    return new GoogleCredentialHeaders(
        IdTokenCredentials.newBuilder()
            .setIdTokenProvider(provider)
            .setTargetAudience(audience)
            .build());
  }

  /** Returns the headers of credentials. */
  public static GoogleCredentialHeaders of(Credentials credentials) {
    return new GoogleCredentialHeaders(credentials);
  }

  private static GoogleCredentials defaults() {
    try {
      return GoogleCredentials.getApplicationDefault();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the headers as they are now. */
  @Override
  public Map<String, String> get() {
    try {
      Map<String, String> headers = new HashMap<>();
      credentials
          .getRequestMetadata()
          .forEach((name, values) -> headers.put(name, String.join(", ", values)));
      return headers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
