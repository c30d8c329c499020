using System.Runtime.InteropServices;

namespace EniAgent.Netlink;

/// <summary>What NLMSG_ERROR and NLMSG_DONE carry: an error number and, where asked for, what the kernel says about it.</summary>
internal readonly record struct Answer(int Errno, string? Message, int Offset)
{
    /// <summary>Reads the answer to one request (struct nlmsgerr, then the request itself unless capped, then attributes).</summary>
    public static Answer OfError(in nlmsghdr header, ReadOnlySpan<byte> payload)
    {
        var error = MessageReader.ReadStruct<nlmsgerr>(payload, nameof(nlmsgerr));
        if ((header.nlmsg_flags & NLM_F_ACK_TLVS) == 0)
        {
            return new Answer(-error.error, null, 0);
        }

        uint echoed = (header.nlmsg_flags & NLM_F_CAPPED) != 0 ? NLMSG_HDRLEN : error.msg.nlmsg_len;
        long attributes = sizeof(int) + (((long)echoed + NLMSG_ALIGNTO - 1) & ~(NLMSG_ALIGNTO - 1L));
        return attributes <= payload.Length
            ? WithAttributes(-error.error, payload[(int)attributes..])
            : throw new MalformedMessageException(nameof(nlmsgerr), "the request it quotes is longer than the answer");
    }

    /// <summary>Reads the end of a dump: nothing on old kernels, else an error number (0 when all went well) and attributes.</summary>
    public static Answer OfDone(in nlmsghdr header, ReadOnlySpan<byte> payload)
    {
        if (payload.Length < sizeof(int))
        {
            return default;
        }

        int errno = -MemoryMarshal.Read<int>(payload);
        return (header.nlmsg_flags & NLM_F_ACK_TLVS) == 0 ? new Answer(errno, null, 0) : WithAttributes(errno, payload[sizeof(int)..]);
    }

    private static Answer WithAttributes(int errno, ReadOnlySpan<byte> attributes)
    {
        string? message = null;
        int offset = 0;
        var reader = new AttributeReader(attributes);
        while (reader.MoveNext())
        {
            switch (reader.Type)
            {
                case NLMSGERR_ATTR_MSG:
                    message = reader.String;
                    break;
                case NLMSGERR_ATTR_OFFS:
                    offset = reader.Int32;
                    break;
            }
        }

        return new Answer(errno, message, offset);
    }
}
