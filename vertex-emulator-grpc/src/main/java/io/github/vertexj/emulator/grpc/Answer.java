package io.github.vertexj.emulator.grpc;

import io.github.vertexj.emulator.RefusedException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one call: messages at the pace of the caller, then the end or an error.
 *
 * <p>A caller who leaves, or whose deadline passes, interrupts the thread that answers.
 * Thread-safe.
 */
final class Answer<A> {
  private final CallHeaders headers = CallHeaders.current();
  private final ServerCallStreamObserver<A> caller; // guarded by this, but for what it tells
  private boolean over; // guarded by this

  private Answer(ServerCallStreamObserver<A> caller) {
    this.caller = caller;
  }

  /** Answers on a thread of its own; to be called before the method of the service returns. */
  static <A> void on(
      ExecutorService threads, StreamObserver<A> caller, Consumer<Answer<A>> writer) {
    Answer<A> answer = new Answer<>((ServerCallStreamObserver<A>) caller);
    answer.caller.setOnReadyHandler(answer::wake);
    Future<?> written = threads.submit(() -> answer.write(writer));
    answer.caller.setOnCancelHandler(
        () -> {
          written.cancel(true);
          answer.wake();
        });
  }

  private synchronized void wake() {
    notifyAll();
  }

  private void write(Consumer<Answer<A>> writer) {
    try {
      writer.accept(this);
      end(null);
    } catch (CancellationException callerHasLeft) {
      // there is nobody to tell
    } catch (RefusedException e) {
      end(status(e));
    } catch (RuntimeException e) {
      end(Status.INTERNAL.withDescription("The emulator failed: " + e).asRuntimeException());
    }
  }

  private synchronized void end(@Nullable StatusRuntimeException error) {
    over = true;
    if (error == null) {
      caller.onCompleted();
    } else {
      caller.onError(error);
    }
  }

  /** The platform's error in its other spelling: the names of the codes are the same. */
  static StatusRuntimeException status(RefusedException e) {
    return Status.Code.valueOf(e.code())
        .toStatus()
        .withDescription(e.getMessage())
        .asRuntimeException();
  }

  /** Sets what the reply begins with; to be called before the first message is sent. */
  void headers(Map<String, List<String>> ofReply) {
    headers.addToReply(ofReply);
  }

  /**
   * Sends a message, as soon as the caller has taken the ones before.
   *
   * @throws CancellationException if the caller has left, or the answer is over
   */
  synchronized void send(A message) {
    try {
      while (!caller.isReady() && !caller.isCancelled() && !over) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException();
    }
    if (caller.isCancelled() || over) {
      throw new CancellationException();
    }
    caller.onNext(message);
  }
}
