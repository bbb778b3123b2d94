package io.github.vertexj.gcs;

import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.gax.retrying.BasicResultRetryAlgorithm;
import com.google.api.gax.retrying.ResultRetryAlgorithm;
import com.google.auth.Credentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.cloud.NoCredentials;
import com.google.cloud.http.HttpTransportOptions;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import com.google.cloud.storage.StorageRetryStrategy;
import io.github.vertexj.artifact.ArtifactException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Google's Cloud Storage client, set up for reading a model. */
final class StorageClient {
  private StorageClient() {}

  /**
   * Returns a client with Application Default Credentials (C7.5).
   *
   * @param emulator the address of an emulator to talk to instead, without credentials; null for
   *     Cloud Storage itself
   * @throws ArtifactException if there are no usable credentials
   */
  static Storage connect(@Nullable String emulator, Patience patience) throws ArtifactException {
    int silence = (int) patience.silence().toMillis();
    StorageOptions.Builder options =
        StorageOptions.http()
            .setStorageRetryStrategy(new NoRetries())
            // Reading needs no project, and to find one the client would ask the metadata server.
            .setProjectId("none")
            .setTransportOptions(
                HttpTransportOptions.newBuilder()
                    .setHttpTransportFactory(NetHttpTransport::new) // the JDK's own TLS
                    .setConnectTimeout(silence)
                    .setReadTimeout(silence)
                    .build());
    return emulator == null
        ? options.setCredentials(applicationDefault()).build().getService()
        : options
            .setCredentials(NoCredentials.getInstance())
            .setHost(emulator)
            .build()
            .getService();
  }

  private static Credentials applicationDefault() throws ArtifactException {
    try {
      return GoogleCredentials.getApplicationDefault();
    } catch (IOException e) {
      throw new ArtifactException(
          "no usable Google credentials: run as a service account on Google Cloud; elsewhere run"
              + " \"gcloud auth application-default login\" or let GOOGLE_APPLICATION_CREDENTIALS"
              + " name a credentials file ("
              + Faults.oneLine(e.getMessage())
              + ")",
          e);
    }
  }

  /**
   * The client would retry a connection that stalls again and again without end, and in silence.
   */
  private static final class NoRetries implements StorageRetryStrategy {
    private static final long serialVersionUID = 1L;

    @Override
    public ResultRetryAlgorithm<?> getIdempotentHandler() {
      return never();
    }

    @Override
    public ResultRetryAlgorithm<?> getNonidempotentHandler() {
      return never();
    }

    private static ResultRetryAlgorithm<?> never() {
      return new BasicResultRetryAlgorithm<Object>() {
        @Override
        public boolean shouldRetry(@Nullable Throwable failure, @Nullable Object response) {
          return false;
        }
      };
    }
  }
}
