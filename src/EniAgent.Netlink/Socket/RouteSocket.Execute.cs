namespace EniAgent.Netlink;

/// <content>Batches of changes.</content>
public sealed partial class RouteSocket
{
    /// <summary>Bytes in one system call; well under the default send buffer.</summary>
    private const int ChunkBytes = 64 << 10;

    /// <summary>What one answer can cost of the receive buffer in the kernel's accounting: a socket buffer with its overhead.</summary>
    private const int AnswerCost = 2 << 10;

    /// <summary>Carries out the requests of a batch in their order, each on its own: a failure does not keep the next from being tried.</summary>
    /// <returns>The answers, one for each request.</returns>
    public RequestResult[] Execute(RequestBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var results = new RequestResult[batch.Count];
        Execute(batch, results);
        return results;
    }

    /// <summary>Carries out the requests of a batch in their order, each on its own: a failure does not keep the next from being tried.
    /// <para>Many requests go into a system call. The kernel answers each that fails, under its number, and of those that succeed the ones
    /// that ask: the last of a system call does, and as they are taken in order, its answer says that all are decided.</para>
    /// <para>An answer can be lost only if the receive buffer overflows, which it is chosen not to. Then the requests of that system call
    /// without an answer are reported with ENOBUFS (they may have been carried out or not: look), and the socket is in step again.
    /// ETIMEDOUT means the same after <see cref="NetlinkOptions.AnswerTimeout"/>. If the kernel takes a system call not at all, its error is
    /// that of every request from there on.</para></summary>
    /// <param name="batch">The requests.</param>
    /// <param name="results">Where the answers go, one for each request.</param>
    /// <exception cref="ArgumentException"><paramref name="results"/> is too short.</exception>
    public void Execute(RequestBatch batch, Span<RequestResult> results)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (results.Length < batch.Count)
        {
            throw new ArgumentException("There must be room for one result a request.", nameof(results));
        }

        results = results[..batch.Count];
        results.Clear();
        for (int first = 0; first < batch.Count;)
        {
            int end = EndOfChunk(batch, first);
            uint sequence = Stamp(batch, first, end);
            int errno = _endpoint.TrySend(batch.Buffer.Written[batch.StartOf(first)..batch.StartOf(end)]);
            if (errno != 0)
            {
                results[first..].Fill(new RequestResult(errno, null, 0));
                return;
            }

            ReadAnswers(results[first..end], sequence);
            first = end;
        }
    }

    private int EndOfChunk(RequestBatch batch, int first)
    {
        int most = Math.Max(1, _endpoint.ReceiveBufferSize / AnswerCost);
        int end = first + 1;
        while (end < batch.Count && end - first < most && batch.StartOf(end + 1) - batch.StartOf(first) <= ChunkBytes)
        {
            end++;
        }

        return end;
    }

    /// <summary>Numbers the requests of a chunk and has the last one answered in any case.</summary>
    private uint Stamp(RequestBatch batch, int first, int end)
    {
        // Numbers are consecutive within a chunk: start over rather than wrap around in the middle.
        if (_sequence > uint.MaxValue - (uint)(end - first))
        {
            _sequence = 0;
        }

        uint sequence = _sequence + 1;
        for (int i = first; i < end; i++)
        {
            ref var header = ref batch.Buffer.HeaderAt(batch.StartOf(i));
            header.nlmsg_seq = ++_sequence;
            header.nlmsg_flags = (ushort)(i == end - 1 ? header.nlmsg_flags | NLM_F_ACK : header.nlmsg_flags & ~NLM_F_ACK);
        }

        return sequence;
    }

    private void ReadAnswers(Span<RequestResult> results, uint sequence)
    {
        bool decided = false;
        int lost = 0;
        while (!decided)
        {
            // After a loss only what is there already can come.
            switch (_endpoint.Receive(wait: lost == 0, out var datagram))
            {
                case ReceiveStatus.Data:
                    decided = ReadAnswers(datagram, results, sequence) && lost == 0;
                    break;
                case ReceiveStatus.Empty:
                    MarkUnanswered(results, lost == 0 ? Errno.ETIMEDOUT : lost);
                    return;
                default:
                    lost = Errno.ENOBUFS;
                    break;
            }
        }
    }

    /// <returns>Whether the last request of the chunk is among the answered.</returns>
    private bool ReadAnswers(ReadOnlySpan<byte> datagram, Span<RequestResult> results, uint sequence)
    {
        bool last = false;
        var messages = new MessageReader(datagram);
        while (messages.MoveNext())
        {
            var header = messages.Header;
            uint index = header.nlmsg_seq - sequence;
            if (header.nlmsg_type != NLMSG_ERROR || header.nlmsg_pid != PortId || index >= (uint)results.Length)
            {
                continue;
            }

            var answer = Answer.OfError(in header, messages.Payload);
            results[(int)index] = new RequestResult(answer.Errno, answer.Message, answer.Offset);
            last |= index == (uint)results.Length - 1;
        }

        return last;
    }

    /// <summary>Silence is success only when nothing was lost.</summary>
    private static void MarkUnanswered(Span<RequestResult> results, int errno)
    {
        foreach (ref var result in results)
        {
            if (result.IsSuccess)
            {
                result = new RequestResult(errno, null, 0);
            }
        }
    }
}
