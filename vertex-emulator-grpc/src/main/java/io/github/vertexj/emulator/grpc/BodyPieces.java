package io.github.vertexj.emulator.grpc;

import com.google.api.HttpBody;
import io.github.vertexj.emulator.RawMessage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.CancellationException;

/** Makes each piece of a streamed body a message. */
final class BodyPieces extends OutputStream {
  private final Answer<HttpBody> answer;
  private String mediaType = "";

  BodyPieces(Answer<HttpBody> answer) {
    this.answer = answer;
  }

  /** Takes the head of the reply, before its pieces. */
  void begin(RawMessage head) {
    mediaType = head.mediaType();
    answer.headers(head.headers());
  }

  @Override
  public void write(int single) throws IOException {
    write(new byte[] {(byte) single}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      answer.send(
          PredictionService.body(mediaType, Arrays.copyOfRange(bytes, offset, offset + length)));
    } catch (CancellationException callerHasLeft) {
      throw new IOException(callerHasLeft);
    }
  }
}
