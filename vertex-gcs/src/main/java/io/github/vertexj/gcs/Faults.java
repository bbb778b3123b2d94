package io.github.vertexj.gcs;

import com.google.api.client.googleapis.json.GoogleJsonError;
import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpResponseException;
import com.google.auth.Credentials;
import com.google.auth.Retryable;
import com.google.auth.ServiceAccountSigner;
import com.google.cloud.BaseServiceException;
import io.github.vertexj.artifact.ArtifactException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong at Cloud Storage, said in one line with what to change.
 *
 * <p>Thread-safe.
 */
final class Faults {
  /** What to do about a full disk. */
  static final String MORE_SPACE =
      "give the container a larger one, or keep models elsewhere with -Djava.io.tmpdir";

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final int LONGEST_QUOTE = 400;

  private final GcsUri uri;
  private final Credentials credentials;
  private final Patience patience;

  Faults(GcsUri uri, Credentials credentials, Patience patience) {
    this.uri = uri;
    this.credentials = credentials;
    this.patience = patience;
  }

  /** Whether a failure may be gone at the next attempt. */
  static boolean passing(Exception failure) {
    Optional<Retryable> credentials = find(Retryable.class, failure);
    if (credentials.isPresent()) {
      return credentials.get().isRetryable();
    }
    int status = status(failure);
    return status == 0
        || status == REQUEST_TIMEOUT
        || status == TOO_MANY_REQUESTS
        || status >= SERVER_ERROR;
  }

  /** Returns the fault that a failed listing is. */
  ArtifactException ofListing(Exception failure) {
    return status(failure) == NOT_FOUND
        ? fault(uri.toString(), "cannot be read: there is no bucket " + uri.bucket(), failure)
        : of(uri.toString(), failure);
  }

  /** Returns the fault that a failed download of a file is. */
  ArtifactException ofDownload(RemoteFile file, Exception failure) {
    String object = uri.uriOf(file.object());
    return status(failure) == NOT_FOUND
        ? fault(object, "was replaced or deleted while it was downloaded: start again", failure)
        : of(object, failure);
  }

  private ArtifactException of(String what, Exception failure) {
    int status = status(failure);
    return switch (status) {
      case UNAUTHORIZED, FORBIDDEN -> fault(what, denied(failure), failure);
      case 0 -> fault(what, connection(failure), failure);
      default ->
          fault(
              what,
              "cannot be read: Cloud Storage answers %d: %s".formatted(status, quote(failure)),
              failure);
    };
  }

  private String denied(Exception failure) {
    return "may not be read by %s: grant it the role Storage Object Viewer (roles/storage.objectViewer) on gs://%s; Cloud Storage says: %s"
        .formatted(identity(), uri.bucket(), quote(failure));
  }

  private String connection(Exception failure) {
    Optional<Retryable> refused = find(Retryable.class, failure);
    if (refused.isPresent()) {
      return "cannot be read: Google refuses the credentials of %s: %s"
          .formatted(identity(), oneLine(((Throwable) refused.get()).getMessage()));
    }
    return "cannot be read: %s, %d times in a row; check the network between here and Cloud Storage"
        .formatted(reason(failure), patience.attempts());
  }

  /** Returns a few words on why a request has failed. */
  static String reason(Exception failure) {
    int status = status(failure);
    if (status != 0) {
      return "answer " + status;
    }
    if (find(SocketTimeoutException.class, failure).isPresent()) {
      return "the connection stalled";
    }
    return find(UnknownHostException.class, failure)
        .map(unknown -> "no address is known for " + unknown.getMessage())
        .orElseGet(() -> oneLine(root(failure).getMessage()));
  }

  private String identity() {
    if (credentials instanceof ServiceAccountSigner signer) {
      try {
        return signer.getAccount();
      } catch (RuntimeException e) {
        return "this machine's service account"; // its name comes from the metadata server
      }
    }
    return "this process's Google identity";
  }

  /** What the server says: errors of listings are JSON, those of downloads plain text. */
  private static String quote(Exception failure) {
    Optional<String> json =
        find(GoogleJsonResponseException.class, failure)
            .flatMap(answer -> Optional.ofNullable(answer.getDetails()))
            .map(GoogleJsonError::getMessage);
    return oneLine(
        json.or(() -> find(HttpResponseException.class, failure).map(Faults::content))
            .orElseGet(failure::getMessage));
  }

  private static @Nullable String content(HttpResponseException answer) {
    String content = answer.getContent();
    return content == null || content.isBlank() ? answer.getStatusMessage() : content;
  }

  /** The status that Cloud Storage has answered with; 0 if it has not answered. */
  private static int status(Exception failure) {
    if (find(Retryable.class, failure).isPresent()) {
      return 0; // the answer, if any, was about the credentials
    }
    return causes(failure)
        .mapToInt(
            cause -> {
              if (cause instanceof HttpResponseException answer) {
                return answer.getStatusCode();
              }
              return cause instanceof BaseServiceException service ? service.getCode() : 0;
            })
        .filter(status -> status > 0)
        .findFirst()
        .orElse(0);
  }

  private static <T> Optional<T> find(Class<T> type, Exception failure) {
    return causes(failure).filter(type::isInstance).map(type::cast).findFirst();
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
  }

  private static Throwable root(Exception failure) {
    return causes(failure).reduce(failure, (outer, inner) -> inner);
  }

  /** Returns a text of somebody else's, fit to be a part of one line. */
  static String oneLine(@Nullable String text) {
    String line = text == null ? "no reason given" : text.strip().replaceAll("\\s+", " ");
    return GcsUri.printable(
        line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + " …");
  }

  private static ArtifactException fault(String what, String remedy, Exception failure) {
    return new ArtifactException(what + " " + remedy, failure);
  }

  /** Returns the fault that a name is which this process cannot give to a file. */
  static ArtifactException ofName(GcsUri uri, InvalidPathException failure) {
    return fault(
        uri + " holds a name that is none for a file here:",
        "rename it, or start this process with LC_ALL=C.UTF-8 if it is not in ASCII",
        failure);
  }

  /** Returns the fault that a failure of the local disk is. */
  static ArtifactException ofDisk(Path directory, IOException failure) {
    String text = String.valueOf(failure.getMessage());
    boolean full = Stream.of("No space left", "quota", "not enough space").anyMatch(text::contains);
    return new ArtifactException(
        full
            ? "the disk of %s is full: %s".formatted(directory, MORE_SPACE)
            : "%s cannot be written: %s".formatted(directory, oneLine(failure.toString())),
        failure);
  }
}
