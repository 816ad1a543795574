using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Tricks.Torch.Weights;

/// <summary>Reads a pickle of the kind that <c>torch.save</c> writes, as data: a machine of a stack and a memo.</summary>
/// <remarks>
/// Python's own reader imports and calls what the file says. This one knows a fixed list of opcodes and the names of
/// <see cref="PickleGlobals"/>; any other is an error that names it. Each operation takes a bounded amount of memory,
/// and so do all, since their number is bounded.
/// </remarks>
internal ref struct PickleReader(ReadOnlySpan<byte> bytes)
{
    internal const int MaximumOperations = 2_000_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly List<object?> _stack = [];
    private readonly Stack<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _position;

    /// <summary>Bytes read so far; a file of the older format has several pickles, one behind the other.</summary>
    internal readonly int Position => _position;

    /// <summary>The value of the pickle that begins here.</summary>
    /// <exception cref="PyTorchFileException">Any fault.</exception>
    internal object? Read()
    {
        for (var operation = 0; operation < MaximumOperations; operation++)
        {
            var opcode = NextByte();
            if (opcode == '.') // STOP
                return Pop();
            Run(opcode);
        }

        throw new PyTorchFileException($"The pickle has more than {MaximumOperations} operations.");
    }

    private void Run(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: // PROTO
                var protocol = NextByte();
                if (protocol is < 2 or > 5)
                    throw new PyTorchFileException($"The pickle's protocol is {protocol}; 2 to 5 are read.");
                break;
            case 0x95: // FRAME: a hint for readers of streams
                Take(8);
                break;
            case (byte)'N':
                Push(null);
                break;
            case 0x88: // NEWTRUE
                Push(true);
                break;
            case 0x89: // NEWFALSE
                Push(false);
                break;
            case (byte)'J': // BININT
                Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4)));
                break;
            case (byte)'K': // BININT1
                Push((long)NextByte());
                break;
            case (byte)'M': // BININT2
                Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2)));
                break;
            case 0x8a: // LONG1
                PushLong(Take(NextByte()));
                break;
            case (byte)'G': // BINFLOAT
                Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;
            case (byte)'X': // BINUNICODE
                PushString(NextLength());
                break;
            case 0x8c: // SHORT_BINUNICODE
                PushString(NextByte());
                break;
            case (byte)'T': // BINSTRING, Python 2's
                PushString(NextLength());
                break;
            case (byte)'U': // SHORT_BINSTRING
                PushString(NextByte());
                break;
            case (byte)'(':
                _marks.Push(_stack.Count);
                break;
            case (byte)')': // EMPTY_TUPLE
                Push(Array.Empty<object?>());
                break;
            case 0x85 or 0x86 or 0x87: // TUPLE1 to TUPLE3
                Push(PopMany(opcode - 0x84));
                break;
            case (byte)'t': // TUPLE
                Push(PopToMark());
                break;
            case (byte)']': // EMPTY_LIST
                Push(new List<object?>());
                break;
            case (byte)'a': // APPEND
                var item = Pop();
                Top<List<object?>>("list").Add(item);
                break;
            case (byte)'e': // APPENDS
                var items = PopToMark();
                Top<List<object?>>("list").AddRange(items);
                break;
            case (byte)'}': // EMPTY_DICT
                Push(new PickleDictionary());
                break;
            case (byte)'s': // SETITEM
                SetItems(PopMany(2));
                break;
            case (byte)'u': // SETITEMS
                SetItems(PopToMark());
                break;
            case (byte)'q': // BINPUT
                _memo[NextByte()] = Peek();
                break;
            case (byte)'r': // LONG_BINPUT
                _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Peek();
                break;
            case 0x94: // MEMOIZE
                _memo[(uint)_memo.Count] = Peek();
                break;
            case (byte)'h': // BINGET
                Push(Remembered(NextByte()));
                break;
            case (byte)'j': // LONG_BINGET
                Push(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))));
                break;
            case (byte)'c': // GLOBAL
                Push(PickleGlobals.Find(NextLine(), NextLine()));
                break;
            case 0x93: // STACK_GLOBAL
                var name = PopMany(2);
                Push(name is [string module, string member] ? PickleGlobals.Find(module, member) : throw new PyTorchFileException("A name is no string."));
                break;
            case (byte)'R': // REDUCE
                var arguments = Pop();
                Push(PickleGlobals.Call(Pop(), arguments));
                break;
            case (byte)'b': // BUILD: an OrderedDict's own attributes, such as PyTorch's _metadata, which are not needed
                if (Pop() is not PickleDictionary)
                    throw new PyTorchFileException("The attributes of an object are no dictionary.");
                Top<PickleDictionary>("dictionary");
                break;
            case (byte)'Q': // BINPERSID
                Push(Storage(Pop()));
                break;
            default:
                throw new PyTorchFileException($"The pickle's opcode 0x{opcode:x2} at byte {_position - 1} is refused: a state dictionary of tensors needs none such.");
        }
    }

    /// <summary>("storage", type, key, device, count), and null for a view of a storage in the older format.</summary>
    private static PickleStorage Storage(object? id)
    {
        if (id is object?[] and ["storage", PickleGlobal type, string key, string, long count and >= 0, .. var view]
            && view is [] or [null] && TorchStorageType.Find(type.Name) is { } known)
        {
            return new PickleStorage(known, key, count);
        }

        throw new PyTorchFileException("A persistent id is no storage.");
    }

    private readonly void SetItems(object?[] pairs)
    {
        var dictionary = Top<PickleDictionary>("dictionary");
        if (pairs.Length % 2 != 0)
            throw new PyTorchFileException("A dictionary gets a key without a value.");
        for (var i = 0; i < pairs.Length; i += 2)
            dictionary.Items.Add(new(pairs[i] ?? "None", pairs[i + 1]));
    }

    private readonly void PushLong(ReadOnlySpan<byte> littleEndian)
    {
        var number = new BigInteger(littleEndian);
        Push(number >= long.MinValue && number <= long.MaxValue ? (long)number : number);
    }

    private void PushString(int length)
    {
        try
        {
            Push(StrictUtf8.GetString(Take(length)));
        }
        catch (DecoderFallbackException fault)
        {
            throw new PyTorchFileException("A string is no valid UTF-8.", fault);
        }
    }

    private readonly object? Remembered(uint key) =>
        _memo.TryGetValue(key, out var value) ? value : throw new PyTorchFileException($"The pickle refers to entry {key} of its memo, which it has not made.");

    private readonly void Push(object? value) => _stack.Add(value);

    private readonly object? Peek()
    {
        CheckStack(1);
        return _stack[^1];
    }

    private readonly object? Pop() => PopMany(1)[0];

    private readonly object?[] PopMany(int count)
    {
        CheckStack(count);
        var values = _stack.GetRange(_stack.Count - count, count).ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private readonly object?[] PopToMark()
    {
        if (!_marks.TryPop(out var mark))
            throw new PyTorchFileException("The pickle takes values down to a mark that it has not set.");
        var values = _stack.GetRange(mark, _stack.Count - mark).ToArray();
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private readonly T Top<T>(string kind) =>
        Peek() is T value ? value : throw new PyTorchFileException($"The pickle adds to something that is no {kind}.");

    private readonly void CheckStack(int count)
    {
        if (_stack.Count - (_marks.TryPeek(out var mark) ? mark : 0) < count)
            throw new PyTorchFileException("The pickle takes more values than it has made.");
    }

    private byte NextByte() => Take(1)[0];

    private int NextLength()
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
        return length <= _bytes.Length ? (int)length : throw Cut();
    }

    private string NextLine()
    {
        var length = _bytes[_position..].IndexOf((byte)'\n');
        if (length < 0)
            throw Cut();
        var line = Encoding.Latin1.GetString(Take(length));
        Take(1);
        return line;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _position)
            throw Cut();
        _position += count;
        return _bytes.Slice(_position - count, count);
    }

    private readonly PyTorchFileException Cut() => new($"The pickle is cut off after {_bytes.Length} bytes.");
}
