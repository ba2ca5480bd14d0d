"""Doubles of SendGrid and Twilio: stateful, strict as the real ones, and faulty on request."""
