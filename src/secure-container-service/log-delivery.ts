import { Size, Token } from 'aws-cdk-lib';
import { AwsLogDriverMode } from 'aws-cdk-lib/aws-ecs';
import { invalid } from '../core/private/base/invalid';

/** What happens to log lines of a container while CloudWatch Logs does not accept them. */
export class LogDelivery {
  /**
   * Lines wait in a buffer. When it is full, further lines are lost, and the code goes on: a fault of CloudWatch Logs is no fault of the
   * service.
   *
   * @param buffer memory of the task for lines that wait, 1 to 100 MiB; 25 MiB if it is not given
   * @throws when the buffer is out of range
   */
  public static nonBlocking(buffer: Size = Size.mebibytes(25)): LogDelivery {
    if (!Token.isUnresolved(buffer) && (buffer.toMebibytes() < 1 || buffer.toMebibytes() > 100)) {
      invalid('LogDelivery', 'buffer', `${buffer.toMebibytes()} MiB`, 'a size from 1 to 100 MiB');
    }
    return new LogDelivery(AwsLogDriverMode.NON_BLOCKING, buffer);
  }

  /** Writing a line waits until it is accepted. No line is lost, and the code stops while CloudWatch Logs does: for audit records. */
  public static blocking(): LogDelivery {
    return new LogDelivery(AwsLogDriverMode.BLOCKING);
  }

  private constructor(
    /** @internal */
    public readonly _mode: AwsLogDriverMode,
    /** @internal */
    public readonly _buffer?: Size,
  ) {}
}
